// Static inline functions over the calls that libedit declares variadic, which Swift cannot import.
//
// Wide characters are passed as int32_t: wchar_t is a 32-bit signed integer holding a Unicode scalar value here, and
// the plain integer type keeps a value that is no scalar value from trapping on the way into Swift.
#ifndef CLIBEDIT_SHIM_H
#define CLIBEDIT_SHIM_H

#include <histedit.h>
#include <langinfo.h>
#include <locale.h>
#include <stdint.h>
#include <string.h>

_Static_assert(sizeof(wchar_t) == sizeof(int32_t), "wide characters are 32 bits");

typedef int32_t *(*libedit_prompt_function)(EditLine *);
typedef int (*libedit_read_function)(EditLine *, int32_t *);
typedef unsigned char (*libedit_command_function)(EditLine *, unsigned int);

/// Takes LC_CTYPE from the environment, and C.UTF-8 where that is not UTF-8. Returns whether the result is UTF-8.
static inline int libedit_use_utf8_locale(void) {
    if (setlocale(LC_CTYPE, "") != NULL && strcmp(nl_langinfo(CODESET), "UTF-8") == 0) return 1;
    if (setlocale(LC_CTYPE, "C.UTF-8") != NULL && strcmp(nl_langinfo(CODESET), "UTF-8") == 0) return 1;
    return 0;
}

static inline int libedit_set_client_data(EditLine *editor, void *data) {
    return el_wset(editor, EL_CLIENTDATA, data);
}

static inline void *libedit_client_data(EditLine *editor) {
    void *data = NULL;
    return el_wget(editor, EL_CLIENTDATA, &data) == 0 ? data : NULL;
}

static inline int libedit_set_prompt(EditLine *editor, libedit_prompt_function function, int32_t delimiter) {
    return el_wset(editor, EL_PROMPT_ESC, function, delimiter);
}

static inline int libedit_set_right_prompt(EditLine *editor, libedit_prompt_function function, int32_t delimiter) {
    return el_wset(editor, EL_RPROMPT_ESC, function, delimiter);
}

static inline int libedit_set_read_function(EditLine *editor, libedit_read_function function) {
    return el_wset(editor, EL_GETCFN, function);
}

static inline int libedit_set_editor(EditLine *editor, const int32_t *name) {
    return el_wset(editor, EL_EDITOR, name);
}

/// Whether the keys are those of vi.
static inline int libedit_is_vi(EditLine *editor) {
    const wchar_t *name = NULL;
    return el_wget(editor, EL_EDITOR, &name) == 0 && name != NULL && name[0] == L'v';
}

/// Libedit keeps both pointers: the strings must live as long as the editor.
static inline int libedit_add_command(
    EditLine *editor, const int32_t *name, const int32_t *help, libedit_command_function function) {
    return el_wset(editor, EL_ADDFN, name, help, function);
}

static inline int libedit_bind(EditLine *editor, const int32_t *key, const int32_t *command) {
    return el_wset(editor, EL_BIND, key, command, NULL);
}

/// Binds in the alternative key map, which is that of vi's command mode.
static inline int libedit_bind_alternative(EditLine *editor, const int32_t *key, const int32_t *command) {
    return el_wset(editor, EL_BIND, L"-a", key, command, NULL);
}

/// While a line is edited, Ctrl-C, Ctrl-Z and Ctrl-\ are keys like others and raise no signal, and line ends
/// arrive as they were sent, so that those of a paste can be told apart.
static inline int libedit_take_keys_as_they_are(EditLine *editor) {
    return el_wset(editor, EL_SETTY, L"-d", L"-isig", L"-icrnl", L"-inlcr", NULL);
}

static inline int libedit_set_terminal_type(EditLine *editor, const char *name) {
    return el_wset(editor, EL_TERMINAL, name);
}

/// Whether the terminal can move its cursor up, without which a line cannot be edited in place.
static inline int libedit_can_move_up(EditLine *editor) {
    char *sequence = NULL;
    return el_wget(editor, EL_GETTC, "up", &sequence) == 0 && sequence != NULL && sequence[0] != '\0';
}

static inline int libedit_prepare_terminal(EditLine *editor, int editing) {
    return el_wset(editor, EL_PREP_TERM, editing);
}

static inline int libedit_refresh(EditLine *editor) { return el_wset(editor, EL_REFRESH); }

static inline int libedit_set_error_file(EditLine *editor, FILE *file) { return el_wset(editor, EL_SETFP, 2, file); }

static inline int libedit_set_history(EditLine *editor, HistoryW *history) {
    return el_wset(editor, EL_HIST, history_w, history);
}

static inline int libedit_history_set_size(HistoryW *history, int size) {
    HistEventW event;
    return history_w(history, &event, H_SETSIZE, size);
}

static inline int libedit_history_enter(HistoryW *history, const int32_t *text) {
    HistEventW event;
    return history_w(history, &event, H_ENTER, text);
}

static inline int libedit_history_clear(HistoryW *history) {
    HistEventW event;
    return history_w(history, &event, H_CLEAR);
}

/// Reads a line. `count` becomes its length with its newline, 0 at the end of the input and -1 after an error.
static inline const int32_t *libedit_read_line(EditLine *editor, int *count) { return el_wgets(editor, count); }

/// The line as it stands: its first character, and through `length` and `cursor` how many there are in all and
/// before the cursor.
static inline const int32_t *libedit_current_line(EditLine *editor, long *length, long *cursor) {
    const LineInfoW *line = el_wline(editor);
    *length = line->lastchar - line->buffer;
    *cursor = line->cursor - line->buffer;
    return line->buffer;
}

/// Puts the ends of the line back in order. Some commands of vi's command mode leave an empty line with its end before
/// its beginning (libedit 3.1-20221030), and the next command then writes there. `el_wline` hands out the line's own
/// record.
static inline void libedit_repair_line(EditLine *editor) {
    LineInfoW *line = (LineInfoW *)el_wline(editor);
    if (line->lastchar < line->buffer) line->lastchar = line->buffer;
    if (line->cursor < line->buffer) line->cursor = line->buffer;
    if (line->cursor > line->lastchar) line->cursor = line->lastchar;
}

static inline int libedit_insert(EditLine *editor, const int32_t *text) { return el_winsertstr(editor, text); }

static inline int libedit_column_width(int32_t scalar) {
    extern int wcwidth(wchar_t);
    return wcwidth(scalar);
}

#endif
