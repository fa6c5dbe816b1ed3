/*
 * A disk that fails on request: loaded with LD_PRELOAD, it stands before the calls with which SQLite writes and
 * syncs, for files whose path contains FAULTY_DISK_PATH, or ends with it where that itself ends with $. What it does then is read at each such call from the file
 * FAULTY_DISK_CONTROL, so a test changes it while the program runs:
 *
 *     full         no byte more: ENOSPC from writes and truncations
 *     read-only    as after the kernel remounted it: EROFS from writes, truncations, and opening to write
 *     io-error     EIO from writes, truncations and syncs
 *     sync-error   writes succeed, syncs end with EIO
 *     slow 1000    a sync takes that many milliseconds longer
 *
 * Each sync is a byte more in the file FAULTY_DISK_SYNCS, where that is named. Where FAULTY_DISK_UNDO names a folder, what
 * a write or truncation is about to change is kept there until the file is synced, in <name>.undo: four integers of 64 bits
 * (where, how many bytes, how many of them there were, the file's size) and those bytes. A process that is killed leaves
 * there what a power cut would have taken, and power-cut.ts takes it.
 *
 * Anything else, nothing, or no such file: the disk is well. Both spellings of each call are there, because a 64-bit
 * program may have been compiled to either.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum kind { WRITE, SYNC };

static int is_path_meant(const char *path) {
  const char *wanted = getenv("FAULTY_DISK_PATH");
  size_t length = wanted == NULL ? 0 : strlen(wanted), all = strlen(path);
  if (length == 0) return 0;
  if (wanted[length - 1] != '$') return strstr(path, wanted) != NULL;
  return all >= length - 1 && strncmp(path + all - (length - 1), wanted, length - 1) == 0;
}

/* Leaves the file's path in `path`, of 4096 bytes. */
static int is_meant(int fd, char *path) {
  char link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, 4095);
  if (length < 0) return 0;
  path[length] = 0;
  return is_path_meant(path);
}

static void read_order(char *order, size_t size) {
  const char *control = getenv("FAULTY_DISK_CONTROL");
  order[0] = 0;
  int fd = control == NULL ? -1 : open(control, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return;
  ssize_t length = read(fd, order, size - 1);
  order[length < 0 ? 0 : length] = 0;
  close(fd);
}

static void note_sync(void) {
  const char *syncs = getenv("FAULTY_DISK_SYNCS");
  int fd = syncs == NULL ? -1 : open(syncs, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (fd < 0) return;
  if (write(fd, "s", 1) < 0) abort();
  close(fd);
}

static void pause_ms(long ms) {
  struct timespec left = {ms / 1000, (ms % 1000) * 1000000L};
  while (nanosleep(&left, &left) < 0 && errno == EINTR) continue;
}

static int open_undo(const char *path, int flags) {
  const char *folder = getenv("FAULTY_DISK_UNDO"), *name = strrchr(path, '/');
  char undo[4096 + 256];
  if (folder == NULL || name == NULL) return -1;
  snprintf(undo, sizeof undo, "%s%s.undo", folder, name);
  return open(undo, O_WRONLY | O_CLOEXEC | flags, 0600);
}

/* Of a file whose bytes from `at` on are about to change. */
static void keep_undo(int fd, const char *path, off64_t at, size_t size) {
  int undo = open_undo(path, O_CREAT | O_APPEND);
  if (undo < 0) return;
  struct stat64 is;
  if (fstat64(fd, &is) != 0) abort();
  size_t there = at >= is.st_size ? 0 : (size_t)(is.st_size - at);
  if (there > size) there = size;
  int64_t head[4] = {at, (int64_t)size, (int64_t)there, is.st_size};
  char *record = malloc(sizeof head + there);
  if (record == NULL) abort();
  memcpy(record, head, sizeof head);
  if (there > 0 && pread64(fd, record + sizeof head, there, at) != (ssize_t)there) abort();
  if (write(undo, record, sizeof head + there) != (ssize_t)(sizeof head + there)) abort();
  free(record);
  close(undo);
}

static void forget_undo(int fd) {
  char path[4096];
  int undo = is_meant(fd, path) ? open_undo(path, O_TRUNC) : -1;
  if (undo >= 0) close(undo);
}

/* The errno to fail with, or 0 to go on. */
static int fault_of(int fd, enum kind kind, off64_t at, size_t size) {
  char order[64], path[4096];
  int before = errno, fault = 0;
  if (is_meant(fd, path)) {
    if (kind == SYNC) note_sync();
    read_order(order, sizeof order);
    if (strncmp(order, "full", 4) == 0) fault = kind == WRITE ? ENOSPC : 0;
    else if (strncmp(order, "read-only", 9) == 0) fault = kind == WRITE ? EROFS : 0;
    else if (strncmp(order, "io-error", 8) == 0) fault = EIO;
    else if (strncmp(order, "sync-error", 10) == 0) fault = kind == SYNC ? EIO : 0;
    else if (strncmp(order, "slow ", 5) == 0 && kind == SYNC) pause_ms(atol(order + 5));
    if (fault == 0 && kind == WRITE) keep_undo(fd, path, at, size);
  }
  errno = fault == 0 ? before : fault;
  return fault;
}

#define STAND_BEFORE(type, name, kind, at, size, parameters, arguments)  \
  type name parameters {                                                 \
    static type(*real) parameters;                                       \
    if (real == NULL) *(void **)&real = dlsym(RTLD_NEXT, #name);         \
    type result = fault_of(fd, kind, at, size) == 0 ? real arguments : -1; \
    if (kind == SYNC && result == 0) forget_undo(fd);                    \
    return result;                                                       \
  }

static int refuses_open(const char *path, int flags) {
  char order[64];
  if (!is_path_meant(path) || (flags & (O_WRONLY | O_RDWR | O_CREAT)) == 0) return 0;
  read_order(order, sizeof order);
  return strncmp(order, "read-only", 9) == 0;
}

#define STAND_BEFORE_OPEN(name)                                         \
  int name(const char *path, int flags, ...) {                          \
    static int (*real)(const char *, int, ...);                         \
    va_list rest;                                                       \
    va_start(rest, flags);                                              \
    mode_t mode = (flags & (O_CREAT | O_TMPFILE)) ? va_arg(rest, int) : 0; \
    va_end(rest);                                                       \
    if (real == NULL) *(void **)&real = dlsym(RTLD_NEXT, #name);        \
    if (!refuses_open(path, flags)) return real(path, flags, mode);     \
    errno = EROFS;                                                      \
    return -1;                                                          \
  }

STAND_BEFORE_OPEN(open)
STAND_BEFORE_OPEN(open64)
STAND_BEFORE(ssize_t, pwrite, WRITE, at, size, (int fd, const void *from, size_t size, off_t at), (fd, from, size, at))
STAND_BEFORE(ssize_t, pwrite64, WRITE, at, size, (int fd, const void *from, size_t size, off64_t at), (fd, from, size, at))
STAND_BEFORE(int, ftruncate, WRITE, size, SIZE_MAX, (int fd, off_t size), (fd, size))
STAND_BEFORE(int, ftruncate64, WRITE, size, SIZE_MAX, (int fd, off64_t size), (fd, size))
STAND_BEFORE(int, fsync, SYNC, 0, 0, (int fd), (fd))
STAND_BEFORE(int, fdatasync, SYNC, 0, 0, (int fd), (fd))
