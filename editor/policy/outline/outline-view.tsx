import { Button } from '@mantine/core'
import { Plus } from 'lucide-react'
import type { KeyboardEvent } from 'react'
import { useEffect, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { OutlineLine } from '../../../server/policy/outline/outline.ts'
import { outlineOf } from '../../../server/policy/outline/outline.ts'
import { EmptyState } from '../../parts/states.tsx'
import { useWords } from '../../parts/use-words.ts'
import { SettingsForm } from '../parts/settings-form.tsx'
import { useWorkbench } from '../workbench.ts'
import { addAfter, askTarget, find, moveLine, removeLine } from './commands.ts'
import type { Cursor, Stop } from './cursor.ts'
import { fallbackKey, focusSoon, ownerOf, settled, stopsOf } from './cursor.ts'
import { FallbackLine, fallbackLine } from './fallback-line.tsx'
import { pressed } from './keys.ts'
import { Line } from './line.tsx'
import { OutlineHead } from './outline-head.tsx'
import { OutlineMap } from './outline-map.tsx'
import styles from './outline.module.css'

/** The policy as sentences; every word of them can be edited, all of it by keys too. */
export function OutlineView() {
  const { t } = useTranslation()
  const words = useWords()
  const bench = useWorkbench()
  const { policy, problems, isEditable, selected, select } = bench
  const outline = useMemo(() => outlineOf(policy, words), [policy, words])
  const { lines } = outline
  const [wanted, setWanted] = useState<Cursor>()
  const [open, setOpen] = useState<Cursor>()
  const [said, setSaid] = useState('')
  const tree = useRef<HTMLDivElement>(null)
  const isAsking = useRef(false)
  const cursor = settled(wanted, lines, selected[0])
  const current = lines.find(({ key }) => key === cursor?.key)

  const choose = (next: Cursor) => {
    if (next.key === wanted?.key && next.word === -1 && cursor === wanted) return
    setWanted(next)
    const line = lines.find(({ key }) => key === next.key)
    if (line && ownerOf(line) !== selected[0]) select([ownerOf(line)])
    else if (!line && selected.length > 0) select([])
  }
  const go = (next: Cursor) => {
    choose(next)
    setWanted(next)
    focusSoon(tree.current, next)
  }
  const desk = {
    bench,
    t,
    say: setSaid,
    asking: () => {
      isAsking.current = true
    },
  }
  const close = () => {
    if (!open) return
    setOpen(undefined)
    focusSoon(tree.current, open)
  }
  /** What Enter and a click do with a word: its control, the targets of its exit, or the step it names. */
  const press = (line: OutlineLine, stop: Stop) => {
    const word = stopsOf(line).indexOf(stop)
    setWanted({ key: line.key, word })
    if (stop.type === 'step') return go({ key: stop.id, word: -1 })
    if (!isEditable) return
    if (stop.field[0] === 'exits') askTarget(desk, line, String(stop.field[1]))
    else setOpen({ key: line.key, word })
  }
  const edit = () => {
    if (cursor?.key === fallbackKey) return bench.openSettings()
    if (!current || !cursor) return
    const stop = stopsOf(current)[cursor.word]
    if (stop) return press(current, stop)
    if (!isEditable) return
    if (current.type === 'step') setOpen({ key: current.key, word: -1 })
    else askTarget(desk, current)
  }
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const withFallback = [...lines, { ...fallbackLine, parts: outline.fallback }]
    const isDone = pressed(event, {
      bench,
      lines: withFallback,
      cursor,
      go,
      edit,
      add: () => addAfter(desk, current),
      connect: () => current && askTarget(desk, current),
      find: () => find(desk),
      remove: () => current && removeLine(desk, current),
      move: (way) => current && moveLine(desk, current, way),
    })
    if (!isDone) return
    event.preventDefault()
    event.stopPropagation()
  }

  // a line that is gone or moved takes the focus with it; keys go on working from where the cursor is now
  const place = cursor && `${cursor.key} ${cursor.word}`
  const hadFocus = useRef(false)
  useEffect(() => {
    const isLost = document.activeElement === document.body && hadFocus.current
    if (open || !(isLost || isAsking.current)) return
    isAsking.current = false
    focusSoon(tree.current, cursor)
    // the cursor is what `place` says
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [place, policy, open])
  useEffect(() => {
    if (document.activeElement === document.body) focusSoon(tree.current, cursor)
    // once, when the outline comes on screen
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [])

  const shared = { isEditable, choose, press, close }
  const lineOf = (line: OutlineLine) => (
    <Line
      key={line.key}
      line={line}
      problems={line.type === 'step' ? problems.filter(({ node }) => node === line.id) : noProblems}
      isCurrent={line.key === cursor?.key}
      open={open?.key === line.key ? open.word : undefined}
      {...shared}
    />
  )
  const apart = lines.filter(({ isApart }) => isApart)
  return (
    <div className={styles.frame}>
      <div className={styles.page}>
        <OutlineHead />
        <div
          ref={tree}
          role="tree"
          aria-label={t('outline.title')}
          aria-description={t('outline.help')}
          tabIndex={lines.length === 0 ? 0 : -1}
          className={styles.tree}
          onKeyDown={onKeyDown}
          onFocus={() => {
            hadFocus.current = true
          }}
        >
          {lines.filter(({ isApart }) => !isApart).map(lineOf)}
          {apart.length > 0 && (
            <div role="group" aria-label={words('apart')}>
              <p className={styles.apart} aria-hidden>
                {words('apart')}
              </p>
              {apart.map(lineOf)}
            </div>
          )}
          <div role="none" className={styles.last}>
            <FallbackLine
              parts={outline.fallback}
              isCurrent={cursor?.key === fallbackKey}
              choose={() => choose({ key: fallbackKey, word: -1 })}
              open={bench.openSettings}
            />
          </div>
        </div>
        {lines.length === 0 && (
          <EmptyState icon={Plus} title={t('outline.empty')}>
            {t('outline.emptyText')}
          </EmptyState>
        )}
        {isEditable && (
          <div className={styles.foot}>
            <Button
              variant="subtle"
              leftSection={<Plus size={15} aria-hidden />}
              onClick={() => addAfter(desk, current ?? lines.findLast(({ depth }) => depth === 0))}
            >
              {t('editor.addStep')}
            </Button>
          </div>
        )}
      </div>
      {bench.isSettingsOpen ? <SettingsForm /> : <OutlineMap />}
      <div className="unseen" role="status" aria-live="polite">
        {said}
      </div>
    </div>
  )
}

const noProblems: readonly never[] = []
