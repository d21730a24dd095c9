// Models a power cut: of every file below POWERCUT_DATA, POWERCUT_KEPT holds only what was flushed by fsync or fdatasync.
// Loaded with LD_PRELOAD. Removals and renames count as durable at once; sectors are neither torn nor reordered.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

enum { FILES = 512, DESCRIPTORS = 65536 };

struct range { off_t from, to; };
struct file { char name[512]; struct range *dirty; int count, room; };

static struct file files[FILES];
static int file_count;
static short file_of[DESCRIPTORS];  // place in files plus one
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char data[PATH_MAX], kept[PATH_MAX];
static size_t data_length;

#define REAL(name, result, ...) \
    static result (*real)(__VA_ARGS__); \
    if (!real) real = (result (*)(__VA_ARGS__))dlsym(RTLD_NEXT, name)

__attribute__((constructor)) static void begin(void) {
    const char *from = getenv("POWERCUT_DATA"), *to = getenv("POWERCUT_KEPT");
    if (!from || !to || !realpath(from, data) || !realpath(to, kept)) { data[0] = 0; return; }
    data_length = strlen(data);
}

static const char *inside(const char *path, char *whole) {
    if (!data_length) return NULL;
    if (!realpath(path, whole)) return NULL;
    if (strncmp(whole, data, data_length) || whole[data_length] != '/') return NULL;
    const char *name = whole + data_length + 1;
    size_t length = strlen(name);
    if (length >= sizeof files[0].name || (length > 4 && !strcmp(name + length - 4, "-shm"))) return NULL;
    return name;
}

static void track(int descriptor, const char *path, int flags) {
    char whole[PATH_MAX];
    struct stat status;
    if (descriptor < 0 || descriptor >= DESCRIPTORS) return;
    file_of[descriptor] = 0;
    if ((flags & O_ACCMODE) == O_RDONLY) return;
    const char *name = inside(path, whole);
    if (!name || stat(whole, &status) || !S_ISREG(status.st_mode)) return;
    pthread_mutex_lock(&lock);
    int place = 0;
    while (place < file_count && strcmp(files[place].name, name)) place++;
    if (place == file_count && file_count < FILES) strcpy(files[file_count++].name, name);
    if (place < FILES) {
        file_of[descriptor] = (short)(place + 1);
        if (flags & O_TRUNC) files[place].count = 0;
    }
    pthread_mutex_unlock(&lock);
}

static void note(int descriptor, off_t from, ssize_t length) {
    if (length <= 0 || descriptor < 0 || descriptor >= DESCRIPTORS || !file_of[descriptor]) return;
    pthread_mutex_lock(&lock);
    struct file *file = &files[file_of[descriptor] - 1];
    if (file->count && file->dirty[file->count - 1].to == from) {
        file->dirty[file->count - 1].to = from + length;
    } else {
        if (file->count == file->room) {
            file->room = file->room ? file->room * 2 : 64;
            file->dirty = realloc(file->dirty, (size_t)file->room * sizeof *file->dirty);
        }
        file->dirty[file->count++] = (struct range){from, from + length};
    }
    pthread_mutex_unlock(&lock);
}

static void copy_ranges(struct file *file, int from, int to) {
    REAL("pwrite", ssize_t, int, const void *, size_t, off_t);
    char buffer[65536];
    for (int index = 0; index < file->count; index++) {
        for (off_t at = file->dirty[index].from; at < file->dirty[index].to;) {
            size_t wanted = (size_t)(file->dirty[index].to - at) < sizeof buffer ? (size_t)(file->dirty[index].to - at) : sizeof buffer;
            ssize_t got = pread(from, buffer, wanted, at);
            if (got <= 0) break;
            if (real(to, buffer, (size_t)got, at) != got) abort();
            at += got;
        }
    }
}

// What was written since the last flush goes over to the kept copy, and so does the length.
static void flush(int descriptor) {
    if (descriptor < 0 || descriptor >= DESCRIPTORS || !file_of[descriptor]) return;
    REAL("open", int, const char *, int, ...);
    char path[2 * PATH_MAX];
    struct stat status;
    pthread_mutex_lock(&lock);
    struct file *file = &files[file_of[descriptor] - 1];
    snprintf(path, sizeof path, "%s/%s", data, file->name);
    int from = real(path, O_RDONLY | O_CLOEXEC);
    snprintf(path, sizeof path, "%s/%s", kept, file->name);
    for (char *slash = path + strlen(kept) + 1; (slash = strchr(slash, '/')); slash++) {
        *slash = 0;
        mkdir(path, 0700);
        *slash = '/';
    }
    int to = real(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (from >= 0 && to >= 0) {
        copy_ranges(file, from, to);
        static int (*cut)(int, off_t);
        if (!cut) cut = (int (*)(int, off_t))dlsym(RTLD_NEXT, "ftruncate");
        if (!fstat(from, &status) && cut(to, status.st_size)) abort();
        file->count = 0;
    }
    static int (*shut)(int);
    if (!shut) shut = (int (*)(int))dlsym(RTLD_NEXT, "close");
    if (from >= 0) shut(from);
    if (to >= 0) shut(to);
    pthread_mutex_unlock(&lock);
}

#define OPEN(name) \
    int name(const char *path, int flags, ...) { \
        REAL(#name, int, const char *, int, ...); \
        va_list rest; va_start(rest, flags); int mode = va_arg(rest, int); va_end(rest); \
        int descriptor = real(path, flags, mode); \
        int error = errno; track(descriptor, path, flags); errno = error; \
        return descriptor; \
    }
OPEN(open)
OPEN(open64)

#define PWRITE(name) \
    ssize_t name(int descriptor, const void *bytes, size_t length, off_t at) { \
        REAL(#name, ssize_t, int, const void *, size_t, off_t); \
        ssize_t done = real(descriptor, bytes, length, at); \
        int error = errno; note(descriptor, at, done); errno = error; \
        return done; \
    }
PWRITE(pwrite)
PWRITE(pwrite64)

ssize_t write(int descriptor, const void *bytes, size_t length) {
    REAL("write", ssize_t, int, const void *, size_t);
    ssize_t done = real(descriptor, bytes, length);
    int error = errno;
    if (done > 0 && descriptor >= 0 && descriptor < DESCRIPTORS && file_of[descriptor]) note(descriptor, lseek(descriptor, 0, SEEK_CUR) - done, done);
    errno = error;
    return done;
}

#define SYNC(name) \
    int name(int descriptor) { \
        REAL(#name, int, int); \
        int done = real(descriptor); \
        int error = errno; if (!done) flush(descriptor); errno = error; \
        return done; \
    }
SYNC(fsync)
SYNC(fdatasync)

int close(int descriptor) {
    REAL("close", int, int);
    if (descriptor >= 0 && descriptor < DESCRIPTORS) file_of[descriptor] = 0;
    return real(descriptor);
}

int unlink(const char *path) {
    REAL("unlink", int, const char *);
    char whole[PATH_MAX], copy[2 * PATH_MAX];
    const char *name = inside(path, whole);
    if (name) { snprintf(copy, sizeof copy, "%s/%s", kept, name); real(copy); }
    return real(path);
}

int rename(const char *from, const char *to) {
    REAL("rename", int, const char *, const char *);
    char whole[PATH_MAX], other[PATH_MAX], old[2 * PATH_MAX], fresh[2 * PATH_MAX];
    const char *name = inside(from, whole);
    if (name) snprintf(old, sizeof old, "%s/%s", kept, name);
    int done = real(from, to);
    const char *target = !done && name ? inside(to, other) : NULL;
    if (target) { snprintf(fresh, sizeof fresh, "%s/%s", kept, target); real(old, fresh); }
    return done;
}
