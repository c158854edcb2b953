import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onCleanUp } from './cleanup.ts'

function runs(command: string, ...argv: readonly string[]): boolean {
  return spawnSync(command, argv, { stdio: 'ignore' }).status === 0
}

export interface Mount {
  readonly path: string
  remove(): Promise<void>
}

function mounted(path: string, ...argv: readonly string[]): Mount | undefined {
  mkdirSync(path, { recursive: true })
  if (!runs('mount', ...argv, path)) return undefined
  // lazily: what still uses it keeps it, the rest of the machine is rid of it
  const remove = onCleanUp(() => void (runs('umount', path) || runs('umount', '-l', path)))
  return { path, remove }
}

/** A file system in memory of so many bytes; undefined where we may not mount. */
export function mountTmpfs(bytes: number): Mount | undefined {
  const path = mkdtempSync(join(tmpdir(), 'callgate-small-'))
  const mount = mounted(path, '-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs')
  if (!mount) rmSync(path, { recursive: true, force: true })
  return mount
}

export interface Disk extends Mount {
  /**
   * The disk as it is at this moment, without what the kernel has not written to it: what a power cut
   * leaves. Mounted beside it, after its own file system has recovered.
   */
  cutPower(): Mount | undefined
}

/** A disk of its own (ext4 in a file); undefined where we may not mount. */
export function mountDisk(megabytes: number): Disk | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'callgate-disk-'))
  const removeFolder = onCleanUp(() => rmSync(folder, { recursive: true, force: true }))
  const image = join(folder, 'disk.img')
  writeFileSync(image, '')
  truncateSync(image, megabytes * 2 ** 20)
  const isMade = runs('mkfs.ext4', '-q', '-F', image)
  // a long commit interval, so that nothing is written but what is asked for
  const mount = isMade ? mounted(join(folder, 'disk'), '-o', 'loop,commit=300', image) : undefined
  if (!mount) {
    void removeFolder()
    return undefined
  }
  return {
    path: mount.path,
    remove: async () => {
      await mount.remove()
      await removeFolder()
    },
    cutPower() {
      const copy = join(folder, 'copy.img')
      copyFileSync(image, copy)
      return mounted(join(folder, 'copy'), '-o', 'loop', copy)
    },
  }
}

/** Limits the size of files that a running process may write; beyond it every write fails. */
export function limitFileSize(pid: number, bytes: number | 'unlimited'): boolean {
  return runs('prlimit', `--pid=${pid}`, `--fsize=${bytes}:unlimited`)
}
