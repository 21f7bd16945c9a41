/*
 * A file system without POSIX locks, for a process that loads this library first.
 * LOCKS=enosys or enolck: each lock is refused with that error; LOCKS=always: each one succeeds and locks nothing.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

typedef int function(int, int, ...);

static int lock(void) {
  const char *locks = getenv("LOCKS");
  if (strcmp(locks, "always") == 0) {
    return 0;
  }
  errno = strcmp(locks, "enolck") == 0 ? ENOLCK : ENOSYS;
  return -1;
}

static int pass(const char *name, int file, int command, void *argument) {
  switch (command) {
    case F_GETLK:
    case F_SETLK:
    case F_SETLKW:
      return lock();
    default:
      return ((function *)dlsym(RTLD_NEXT, name))(file, command, argument);
  }
}

int fcntl(int file, int command, ...) {
  va_list arguments;
  va_start(arguments, command);
  void *argument = va_arg(arguments, void *);
  va_end(arguments);
  return pass("fcntl", file, command, argument);
}

int fcntl64(int file, int command, ...) {
  va_list arguments;
  va_start(arguments, command);
  void *argument = va_arg(arguments, void *);
  va_end(arguments);
  return pass("fcntl64", file, command, argument);
}
