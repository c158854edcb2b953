import { constants, platform, setPriority } from 'node:os'

/**
 * Lets the other threads go first where processors are few: called in a thread whose work can wait, such as
 * reports, while calls cannot. On Linux priorities are of threads (setpriority(2), "C library/kernel differences");
 * elsewhere it would slow the whole process down, so nothing is done.
 */
export function giveWay(): void {
  if (platform() !== 'linux') return
  try {
    setPriority(constants.priority.PRIORITY_BELOW_NORMAL)
  } catch {
    // where it is forbidden, all threads are alike
  }
}
