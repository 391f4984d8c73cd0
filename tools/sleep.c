/* A sleep that libfaketime leaves alone. Its version 0.9.10 (Debian 12) takes the time away from what it was told
   not to fake, so that every sleep of Python 3.11 and newer is an invalid argument:
   https://github.com/wolfcw/libfaketime/issues/426. Loaded before it by tools/clocks.py. */
#define _GNU_SOURCE
#include <errno.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

int clock_nanosleep(clockid_t clock, int flags, const struct timespec *until, struct timespec *left)
{
    return syscall(SYS_clock_nanosleep, clock, flags, until, left) == 0 ? 0 : errno;
}
