// What Swift's module of the C library leaves out: Linux's own calls, and calls that C declares variadic.
#ifndef VPCSH_CLINUX_SHIM_H
#define VPCSH_CLINUX_SHIM_H

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

extern int pipe2(int *, int);
extern int eventfd(unsigned int, int);
extern int fallocate(int, int, off_t, off_t);

// A pipe that no child process inherits, not even one that another thread starts at this moment.
static inline int system_pipe(int *ends) { return pipe2(ends, O_CLOEXEC); }

// A counter that can be waited for like a file.
static inline int system_event(void) { return eventfd(0, O_CLOEXEC | O_NONBLOCK); }

// A descriptor that is readable once a child process has ended; -1 where the kernel is older than 5.3.
static inline int system_process_descriptor(pid_t process) {
#ifdef SYS_pidfd_open
    return (int)syscall(SYS_pidfd_open, process, 0);
#else
    (void)process;
    errno = ENOSYS;
    return -1;
#endif
}

// Sees to it that there is room for bytes beyond a file's end, without making it longer (FALLOC_FL_KEEP_SIZE).
static inline int system_reserve(int descriptor, off_t end, off_t count) { return fallocate(descriptor, 1, end, count); }

// Whether a handler is SIG_IGN. Swift shows handlers as functions, and SIG_IGN is none.
static inline int system_is_ignored(int signal_number) {
    struct sigaction action;
    return sigaction(signal_number, 0, &action) == 0 && action.sa_handler == SIG_IGN;
}

#endif
