#pragma once
// Calls of glibc 2.34 and later that Swift's own Glibc module does not show.
#include <spawn.h>

extern int pipe2(int ends[2], int flags);
extern int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *actions, int from);

#include <signal.h>
#include <sys/prctl.h>

/// Asks the kernel to end this process when its parent ends.
static inline int hoaban_end_with_parent(void) { return prctl(PR_SET_PDEATHSIG, SIGKILL); }
