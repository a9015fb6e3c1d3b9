// Records every change that a process makes to the files below one folder, and injects errors into them. Loaded with LD_PRELOAD.
//
// Each change leaves two records in the journal: one before the system call, with the bytes, and one after it, with the result. The journal is
// opened with O_APPEND and each record is one write, so the order of records is an order of events for all processes that share the journal.
// journal.ts reads the records; its constants are the same as those here.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum { BEGIN = 0, END = 1 };
enum { SYNCHRONOUS = 1, DIRECTORY = 2, INJECTED = 4, REACHED_CACHE = 8 };
// The kinds of change: letters in the journal, bits in the control page.
enum { ON_WRITE = 1, ON_SYNC = 2, ON_CREATE = 4, ON_RENAME = 8, ON_UNLINK = 16, ON_MKDIR = 32, ON_FOLDER_SYNC = 64, ON_SYNCHRONOUS_WRITE = 128, ON_TRUNCATE = 256 };

struct __attribute__((packed)) record {
  uint32_t magic;
  uint8_t kind, phase;
  uint16_t flags;
  int32_t result;
  uint32_t bytes;
  uint16_t path_bytes, target_bytes;
  uint32_t process;
  uint64_t operation, file, offset;
};

// The control page, which the tests write (disk-faults.ts).
struct control {
  volatile uint32_t on;
  volatile int32_t error;
  volatile uint32_t kinds;
  volatile int32_t skip, count;
  volatile uint32_t after_the_fact, hits;
  char path_part[128];
};

struct opened {
  char *path;
  uint64_t file;
  uint16_t flags;
};

#define MOST_DESCRIPTORS 65536
static struct opened descriptors[MOST_DESCRIPTORS];
static char folder[PATH_MAX];
static size_t folder_length;
static int journal = -1;
static struct control *control;
static useconds_t sync_pause;
static uint64_t operations;

static int (*real_openat)(int, const char *, int, ...);
static int (*real_close)(int);
static ssize_t (*real_write)(int, const void *, size_t);
static ssize_t (*real_pwrite)(int, const void *, size_t, off_t);
static ssize_t (*real_writev)(int, const struct iovec *, int);
static ssize_t (*real_pwritev)(int, const struct iovec *, int, off_t);
static int (*real_ftruncate)(int, off_t);
static int (*real_fsync)(int);
static int (*real_fdatasync)(int);
static int (*real_rename)(const char *, const char *);
static int (*real_unlink)(const char *);
static int (*real_rmdir)(const char *);
static int (*real_mkdir)(const char *, mode_t);
static ssize_t (*real_copy_file_range)(int, off_t *, int, off_t *, size_t, unsigned);
static ssize_t (*real_sendfile)(int, int, off_t *, size_t);
static int (*real_ioctl)(int, unsigned long, ...);
static int (*real_link)(const char *, const char *);
static long (*real_syscall)(long, ...);

__attribute__((constructor)) static void prepare(void) {
  if (real_openat) return;
  real_close = dlsym(RTLD_NEXT, "close");
  real_write = dlsym(RTLD_NEXT, "write");
  real_pwrite = dlsym(RTLD_NEXT, "pwrite64");
  real_writev = dlsym(RTLD_NEXT, "writev");
  real_pwritev = dlsym(RTLD_NEXT, "pwritev64");
  real_ftruncate = dlsym(RTLD_NEXT, "ftruncate64");
  real_fsync = dlsym(RTLD_NEXT, "fsync");
  real_fdatasync = dlsym(RTLD_NEXT, "fdatasync");
  real_rename = dlsym(RTLD_NEXT, "rename");
  real_unlink = dlsym(RTLD_NEXT, "unlink");
  real_rmdir = dlsym(RTLD_NEXT, "rmdir");
  real_mkdir = dlsym(RTLD_NEXT, "mkdir");
  real_copy_file_range = dlsym(RTLD_NEXT, "copy_file_range");
  real_sendfile = dlsym(RTLD_NEXT, "sendfile64");
  real_ioctl = dlsym(RTLD_NEXT, "ioctl");
  real_link = dlsym(RTLD_NEXT, "link");
  real_syscall = dlsym(RTLD_NEXT, "syscall");
  real_openat = dlsym(RTLD_NEXT, "openat64");
  const char *recorded = getenv("RECORDER_FOLDER"), *into = getenv("RECORDER_JOURNAL"), *faults = getenv("RECORDER_FAULTS"), *pause = getenv("RECORDER_SYNC_PAUSE_US");
  if (!recorded || !into) return;
  snprintf(folder, sizeof folder, "%s", recorded);
  folder_length = strlen(folder);
  if (pause) sync_pause = (useconds_t)atoi(pause);
  int low = real_openat(AT_FDCWD, into, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
  journal = fcntl(low, F_DUPFD_CLOEXEC, 900); // out of the way of descriptors that programs expect
  real_close(low);
  if (!faults) return;
  int page = real_openat(AT_FDCWD, faults, O_RDWR | O_CLOEXEC);
  void *mapped = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, page, 0);
  if (mapped != MAP_FAILED) control = mapped;
  real_close(page);
}

static int is_recorded(const char *path) {
  return journal >= 0 && path && !strncmp(path, folder, folder_length) && (path[folder_length] == 0 || path[folder_length] == '/');
}

static uint64_t next_operation(void) { return ((uint64_t)getpid() << 32) | __sync_add_and_fetch(&operations, 1); }

// Relative paths count from the working folder.
static const char *absolute(const char *path, char *room) {
  if (!path || path[0] == '/' || !getcwd(room, PATH_MAX)) return path;
  size_t length = strlen(room);
  snprintf(room + length, PATH_MAX - length, "/%s", path);
  return room;
}

static void append(struct record head, const char *path, const char *target, const struct iovec *data, int pieces) {
  int kept = errno;
  struct iovec parts[1024];
  int used = 1;
  head.magic = 0x4c4e524a;
  head.process = (uint32_t)getpid();
  parts[0] = (struct iovec){&head, sizeof head};
  if (path) { head.path_bytes = (uint16_t)strlen(path); parts[used++] = (struct iovec){(void *)path, head.path_bytes}; }
  if (target) { head.target_bytes = (uint16_t)strlen(target); parts[used++] = (struct iovec){(void *)target, head.target_bytes}; }
  size_t whole = sizeof head + head.path_bytes + head.target_bytes;
  for (int at = 0; at < pieces && used < 1024; at += 1) { parts[used++] = data[at]; head.bytes += data[at].iov_len; }
  whole += head.bytes;
  if (real_writev(journal, parts, used) != (ssize_t)whole) {
    static const char complaint[] = "recorder: the journal cannot be written\n";
    real_write(2, complaint, sizeof complaint - 1);
    abort();
  }
  errno = kept;
}

// How this change fails: 0 not at all, 1 before the call, 2 after it has reached the page cache.
// Sets errno.
static int injected(uint32_t kind, const char *path) {
  if (!control || !control->on || !(control->kinds & kind)) return 0;
  if (control->path_part[0] && !strstr(path, control->path_part)) return 0;
  if (__sync_fetch_and_sub(&control->skip, 1) > 0) return 0;
  if (__sync_fetch_and_sub(&control->count, 1) <= 0) return 0;
  __sync_add_and_fetch(&control->hits, 1);
  errno = control->error;
  return control->after_the_fact ? 2 : 1;
}

static struct opened *recorded_file(int fd) {
  if (journal < 0 || fd < 0 || fd >= MOST_DESCRIPTORS || fd == journal || !descriptors[fd].path) return 0;
  struct stat facts;
  if (fstat(fd, &facts) || facts.st_ino != descriptors[fd].file) { descriptors[fd].path = 0; return 0; } // closed by an unrecorded call
  return &descriptors[fd];
}

static int open_file(int at, const char *given, int flags, mode_t mode) {
  prepare();
  char room[PATH_MAX];
  const char *path = at == AT_FDCWD ? absolute(given, room) : given;
  if (!is_recorded(path)) {
    int fd = real_openat(at, given, flags, mode);
    if (fd >= 0 && fd < MOST_DESCRIPTORS) descriptors[fd].path = 0;
    return fd;
  }
  int creates = (flags & O_CREAT) && access(path, F_OK) != 0;
  int empties = !creates && (flags & O_TRUNC) && (flags & O_ACCMODE) != O_RDONLY;
  struct record head = {.kind = creates ? 'C' : 'T', .operation = next_operation()};
  if (creates || empties) {
    struct stat before;
    if (empties && !stat(path, &before)) head.file = before.st_ino;
    append(head, path, 0, 0, 0);
    if (injected(ON_CREATE, path)) {
      head.phase = END; head.flags = INJECTED; head.result = -errno;
      append(head, path, 0, 0, 0);
      return -1;
    }
  }
  int fd = real_openat(at, given, flags, mode);
  struct stat facts = {0};
  if (fd >= 0) fstat(fd, &facts);
  if (creates || empties) {
    head.phase = END; head.result = fd < 0 ? -errno : 0; head.file = facts.st_ino;
    append(head, path, 0, 0, 0);
  }
  if (fd >= 0 && fd < MOST_DESCRIPTORS) {
    uint16_t kept = (flags & (O_DSYNC | O_SYNC) ? SYNCHRONOUS : 0) | (S_ISDIR(facts.st_mode) ? DIRECTORY : 0);
    descriptors[fd] = (struct opened){strdup(path), facts.st_ino, kept};
  }
  return fd;
}

static mode_t mode_of(int flags, va_list rest) { return flags & (O_CREAT | __O_TMPFILE) ? va_arg(rest, mode_t) : 0; }

int openat64(int at, const char *path, int flags, ...) { va_list rest; va_start(rest, flags); mode_t mode = mode_of(flags, rest); va_end(rest); return open_file(at, path, flags, mode); }
int openat(int at, const char *path, int flags, ...) { va_list rest; va_start(rest, flags); mode_t mode = mode_of(flags, rest); va_end(rest); return open_file(at, path, flags, mode); }
int open64(const char *path, int flags, ...) { va_list rest; va_start(rest, flags); mode_t mode = mode_of(flags, rest); va_end(rest); return open_file(AT_FDCWD, path, flags, mode); }
int open(const char *path, int flags, ...) { va_list rest; va_start(rest, flags); mode_t mode = mode_of(flags, rest); va_end(rest); return open_file(AT_FDCWD, path, flags, mode); }
int creat(const char *path, mode_t mode) { return open_file(AT_FDCWD, path, O_WRONLY | O_CREAT | O_TRUNC, mode); }

int close(int fd) {
  prepare();
  if (fd >= 0 && fd == journal) return 0;
  if (fd >= 0 && fd < MOST_DESCRIPTORS) descriptors[fd].path = 0;
  return real_close(fd);
}

static void pause_for_sync(void) { if (sync_pause) usleep(sync_pause); }

enum { PLAIN, AT_OFFSET };
static ssize_t write_file(struct opened *file, int fd, const struct iovec *data, int pieces, off_t offset, int how) {
  struct record head = {.kind = 'W', .flags = file->flags, .operation = next_operation(), .file = file->file, .offset = (uint64_t)offset};
  append(head, file->path, 0, data, pieces);
  head.phase = END;
  int fault = injected(file->flags & SYNCHRONOUS ? ON_SYNCHRONOUS_WRITE : ON_WRITE, file->path), error = errno;
  ssize_t result = -1;
  if (fault != 1) {
    result = how == PLAIN ? real_writev(fd, data, pieces) : real_pwritev(fd, data, pieces, offset);
    if (!fault) error = errno;
    if (file->flags & SYNCHRONOUS) pause_for_sync();
  }
  if (fault) { head.flags |= INJECTED | (fault == 2 ? REACHED_CACHE : 0); result = -1; }
  head.result = result < 0 ? -error : (int32_t)result;
  append(head, file->path, 0, 0, 0);
  errno = error;
  return result;
}

ssize_t write(int fd, const void *bytes, size_t length) {
  prepare();
  struct opened *file = recorded_file(fd);
  if (!file) return real_write(fd, bytes, length);
  struct iovec data = {(void *)bytes, length};
  return write_file(file, fd, &data, 1, lseek(fd, 0, SEEK_CUR), PLAIN);
}
ssize_t writev(int fd, const struct iovec *data, int pieces) {
  prepare();
  struct opened *file = recorded_file(fd);
  return file ? write_file(file, fd, data, pieces, lseek(fd, 0, SEEK_CUR), PLAIN) : real_writev(fd, data, pieces);
}
ssize_t pwrite64(int fd, const void *bytes, size_t length, off_t offset) {
  prepare();
  struct opened *file = recorded_file(fd);
  if (!file) return real_pwrite(fd, bytes, length, offset);
  struct iovec data = {(void *)bytes, length};
  return write_file(file, fd, &data, 1, offset, AT_OFFSET);
}
ssize_t pwrite(int fd, const void *bytes, size_t length, off_t offset) { return pwrite64(fd, bytes, length, offset); }
ssize_t pwritev64(int fd, const struct iovec *data, int pieces, off_t offset) {
  prepare();
  struct opened *file = recorded_file(fd);
  return file ? write_file(file, fd, data, pieces, offset, AT_OFFSET) : real_pwritev(fd, data, pieces, offset);
}
ssize_t pwritev(int fd, const struct iovec *data, int pieces, off_t offset) { return pwritev64(fd, data, pieces, offset); }

int ftruncate64(int fd, off_t length) {
  prepare();
  struct opened *file = recorded_file(fd);
  if (!file) return real_ftruncate(fd, length);
  struct record head = {.kind = 'T', .operation = next_operation(), .file = file->file, .offset = (uint64_t)length};
  append(head, file->path, 0, 0, 0);
  int fault = injected(ON_TRUNCATE, file->path);
  int result = fault ? -1 : real_ftruncate(fd, length);
  head.phase = END; head.flags = fault ? INJECTED : 0; head.result = result < 0 ? -errno : 0;
  append(head, file->path, 0, 0, 0);
  return result;
}
int ftruncate(int fd, off_t length) { return ftruncate64(fd, length); }

static int sync_file(int fd, int (*real)(int)) {
  struct opened *file = recorded_file(fd);
  if (!file) return real(fd);
  struct record head = {.kind = 'S', .flags = file->flags, .operation = next_operation(), .file = file->file};
  append(head, file->path, 0, 0, 0);
  int fault = injected(file->flags & DIRECTORY ? ON_FOLDER_SYNC : ON_SYNC, file->path);
  if (!fault) pause_for_sync();
  int result = fault ? -1 : real(fd);
  head.phase = END; head.flags |= fault ? INJECTED : 0; head.result = result < 0 ? -errno : 0;
  append(head, file->path, 0, 0, 0);
  return result;
}
int fsync(int fd) { prepare(); return sync_file(fd, real_fsync); }
int fdatasync(int fd) { prepare(); return sync_file(fd, real_fdatasync); }

static void begin_name(struct record *head, char kind, const char *path, const char *target) {
  *head = (struct record){.kind = (uint8_t)kind, .operation = next_operation()};
  append(*head, path, target, 0, 0);
}
static int end_name(struct record *head, const char *path, const char *target, int fault, int result) {
  head->phase = END; head->flags = fault ? INJECTED : 0; head->result = result < 0 ? -errno : 0;
  append(*head, path, target, 0, 0);
  return result;
}

int rename(const char *from, const char *to) {
  prepare();
  if (!is_recorded(from) && !is_recorded(to)) return real_rename(from, to);
  struct record head;
  begin_name(&head, 'R', from, to);
  int fault = injected(ON_RENAME, to);
  return end_name(&head, from, to, fault, fault ? -1 : real_rename(from, to));
}
int unlink(const char *path) {
  prepare();
  if (!is_recorded(path)) return real_unlink(path);
  struct record head;
  begin_name(&head, 'U', path, 0);
  int fault = injected(ON_UNLINK, path);
  return end_name(&head, path, 0, fault, fault ? -1 : real_unlink(path));
}
int rmdir(const char *path) {
  prepare();
  if (!is_recorded(path)) return real_rmdir(path);
  struct record head;
  begin_name(&head, 'U', path, 0);
  int fault = injected(ON_UNLINK, path);
  return end_name(&head, path, 0, fault, fault ? -1 : real_rmdir(path));
}
int mkdir(const char *path, mode_t mode) {
  prepare();
  if (!is_recorded(path)) return real_mkdir(path, mode);
  struct record head;
  begin_name(&head, 'M', path, 0);
  int fault = injected(ON_MKDIR, path);
  return end_name(&head, path, 0, fault, fault ? -1 : real_mkdir(path, mode));
}

int link(const char *from, const char *to) {
  prepare();
  if (!is_recorded(to)) return real_link(from, to);
  struct record head;
  begin_name(&head, 'L', from, to);
  int fault = injected(ON_RENAME, to);
  return end_name(&head, from, to, fault, fault ? -1 : real_link(from, to));
}

// Copies inside the kernel would bypass the journal. They fail here, and their callers fall back to
// read and write.
ssize_t copy_file_range(int in, off_t *from, int out, off_t *to, size_t length, unsigned flags) {
  prepare();
  if (!recorded_file(out)) return real_copy_file_range(in, from, out, to, length, flags);
  errno = EOPNOTSUPP;
  return -1;
}
ssize_t sendfile64(int out, int in, off_t *offset, size_t length) {
  prepare();
  if (!recorded_file(out)) return real_sendfile(out, in, offset, length);
  errno = EINVAL;
  return -1;
}
ssize_t sendfile(int out, int in, off_t *offset, size_t length) { return sendfile64(out, in, offset, length); }
int ioctl(int fd, unsigned long request, ...) {
  prepare();
  va_list rest;
  va_start(rest, request);
  void *argument = va_arg(rest, void *);
  va_end(rest);
  if (request == 0x40049409 /* FICLONE */ && recorded_file(fd)) { errno = EOPNOTSUPP; return -1; }
  return real_ioctl(fd, request, argument);
}

// libuv closes and copies files through syscall(). A change that bypasses the functions above makes
// the journal incomplete. It leaves a record of kind X, at which journal.ts throws.
long syscall(long number, ...) {
  prepare();
  va_list rest;
  va_start(rest, number);
  long a[6];
  for (int at = 0; at < 6; at += 1) a[at] = va_arg(rest, long);
  va_end(rest);
  if (number == SYS_close && a[0] >= 0 && a[0] < MOST_DESCRIPTORS) {
    if (a[0] == journal) return 0;
    descriptors[a[0]].path = 0;
  }
  if (number == SYS_copy_file_range && recorded_file((int)a[2])) { errno = EOPNOTSUPP; return -1; }
  int changes = number == SYS_write || number == SYS_pwrite64 || number == SYS_writev || number == SYS_pwritev || number == SYS_ftruncate || number == SYS_fallocate;
  struct opened *file = changes ? recorded_file((int)a[0]) : 0;
  if (file) append((struct record){.kind = 'X', .phase = END, .result = (int32_t)number}, file->path, 0, 0, 0);
  return real_syscall(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}
int fallocate64(int fd, int mode, off_t offset, off_t length) {
  prepare();
  struct opened *file = recorded_file(fd);
  if (file) append((struct record){.kind = 'X', .phase = END, .result = SYS_fallocate}, file->path, 0, 0, 0);
  (void)mode; (void)offset; (void)length;
  errno = EOPNOTSUPP;
  return -1;
}
