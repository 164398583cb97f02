"""Small libraries in C that are put before the C library of the program, so that it meets what is rare: an output that
fails at a chosen byte, a clock that somebody sets."""

import atexit
import functools
import pathlib
import shutil
import subprocess
import tempfile

MISSING = "there is no C compiler"

FAILING_OUTPUT = r"""
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct stat output;
static long left = -1;      /* bytes that still pass; -1: all */
static int number;          /* errno of what does not pass */
static int calm;            /* 1: every write is short or interrupted, none fails */
static unsigned turn;

__attribute__((constructor)) static void begin(void) {
    const char *text = getenv("OUTPUT_LIMIT");
    if (text) left = atol(text);
    text = getenv("OUTPUT_ERRNO");
    number = text ? atoi(text) : ENOSPC;
    calm = getenv("OUTPUT_SHORT") != NULL;
    if (fstat(1, &output) != 0) left = -1;
}

static int is_output(int descriptor) {
    struct stat found;
    if (left < 0 && !calm) return 0;
    return fstat(descriptor, &found) == 0 && found.st_dev == output.st_dev && found.st_ino == output.st_ino;
}

static ssize_t limited(int descriptor, const void *bytes, size_t count) {
    ssize_t result;
    pthread_mutex_lock(&lock);
    if (calm) {
        if (turn++ % 2 && count) { pthread_mutex_unlock(&lock); errno = EINTR; return -1; }
        if (count > 7) count = 7;
    } else {
        if (left == 0 && count) { pthread_mutex_unlock(&lock); errno = number; return -1; }
        if (count > (size_t)left) count = left;
    }
    result = syscall(SYS_write, descriptor, bytes, count);
    if (!calm && result > 0) left -= result;
    pthread_mutex_unlock(&lock);
    return result;
}

ssize_t write(int descriptor, const void *bytes, size_t count) {
    return is_output(descriptor) ? limited(descriptor, bytes, count) : syscall(SYS_write, descriptor, bytes, count);
}

ssize_t writev(int descriptor, const struct iovec *vector, int count) {
    if (!is_output(descriptor)) return syscall(SYS_writev, descriptor, vector, count);
    ssize_t whole = 0;
    for (int i = 0; i < count; i++) {
        if (vector[i].iov_len == 0) continue;
        ssize_t result = limited(descriptor, vector[i].iov_base, vector[i].iov_len);
        if (result < 0) return whole ? whole : -1;
        whole += result;
        if ((size_t)result < vector[i].iov_len) break;
    }
    return whole;
}

ssize_t send(int descriptor, const void *bytes, size_t count, int flags) {
    if (is_output(descriptor)) return limited(descriptor, bytes, count);
    return syscall(SYS_sendto, descriptor, bytes, count, flags, NULL, 0);
}
"""

SET_CLOCK = r"""
#define _GNU_SOURCE
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

/* The clock of the day is set CLOCK_SHIFT seconds forth (or back) CLOCK_AFTER milliseconds after the program's start. */

static long shift, after;
static struct timespec beginning;

__attribute__((constructor)) static void begin(void) {
    const char *text = getenv("CLOCK_SHIFT");
    shift = text ? atol(text) : 0;
    text = getenv("CLOCK_AFTER");
    after = text ? atol(text) : 0;
    syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &beginning);
}

static long set(void) {
    struct timespec now;
    syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &now);
    long passed = (now.tv_sec - beginning.tv_sec) * 1000 + (now.tv_nsec - beginning.tv_nsec) / 1000000;
    return passed >= after ? shift : 0;
}

int clock_gettime(clockid_t clock, struct timespec *result) {
    int status = syscall(SYS_clock_gettime, clock, result);
    if (status == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) result->tv_sec += set();
    return status;
}

int gettimeofday(struct timeval *restrict result, void *restrict zone) {
    int status = syscall(SYS_gettimeofday, result, zone);
    if (status == 0 && result) result->tv_sec += set();
    return status;
}

time_t time(time_t *result) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (result) *result = now.tv_sec;
    return now.tv_sec;
}
"""


@functools.lru_cache(maxsize=None)
def library(source):
    """The path of a library made from this source; nothing where it cannot be made."""
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if compiler is None:
        return None
    folder = pathlib.Path(tempfile.mkdtemp(prefix="vpcsh-preload-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    (folder / "library.c").write_text(source)
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", folder / "library.so", folder / "library.c"], check=True)
    return str(folder / "library.so")
