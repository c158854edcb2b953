import { autocompletion } from '@codemirror/autocomplete'
import { json } from '@codemirror/lang-json'
import { lintGutter, setDiagnostics } from '@codemirror/lint'
import { Annotation, EditorState, Transaction } from '@codemirror/state'
import { EditorView } from '@codemirror/view'
import { basicSetup } from 'codemirror'
import { findNodeAtLocation, getLocation } from 'jsonc-parser'
import { treeOf } from '../../../server/policy/validate/json-text.ts'
import type { Problem } from '../../../server/schema/problem.ts'
import type { Workbench } from '../workbench.ts'
import { completionSource } from './complete.ts'
import { diagnosticsOf } from './diagnostics.ts'
import { changeBetween } from './read-text.ts'
import { jsonTheme } from './theme.ts'

interface JsonEditorOptions {
  readonly parent: HTMLElement
  readonly text: string
  readonly label: string
  readonly isEditable: boolean
  readonly known: () => Pick<Workbench, 'policy' | 'catalogue'>
  /** Somebody has written. */
  readonly onText: (text: string) => void
  /** The cursor came to a step. */
  readonly onStep: (id: string) => void
}

/** Marks what was written into the text from outside. */
const fromOutside = Annotation.define<true>()

/** A text editor for a policy's JSON, with completion and marks; React only holds its place. */
export function createJsonEditor(options: JsonEditorOptions) {
  const { parent, text, label, isEditable, known, onText, onStep } = options
  const listener = EditorView.updateListener.of((update) => {
    const isOurs = update.transactions.some((one) => one.annotation(fromOutside))
    if (isOurs) return
    if (update.docChanged) onText(update.state.doc.toString())
    if (!update.selectionSet) return
    const [top, id] = getLocation(
      update.state.doc.toString(),
      update.state.selection.main.head,
    ).path
    if (top === 'nodes' && typeof id === 'string') onStep(id)
  })
  const view = new EditorView({
    parent,
    state: EditorState.create({
      doc: text,
      extensions: [
        basicSetup,
        json(),
        lintGutter(),
        autocompletion({ override: [completionSource(known)] }),
        jsonTheme,
        EditorView.lineWrapping,
        EditorState.readOnly.of(!isEditable),
        EditorView.contentAttributes.of({ 'aria-label': label, tabindex: '0' }),
        listener,
      ],
    }),
  })
  return {
    /** Replaces what differs; nothing of it is a step of the text's own history. */
    write(next: string): void {
      const changes = changeBetween(view.state.doc.toString(), next)
      if (changes.from === changes.to && changes.insert === '') return
      const annotations = [fromOutside.of(true), Transaction.addToHistory.of(false)]
      view.dispatch({ changes, annotations })
    },
    mark(problems: readonly Problem[]): void {
      const found = diagnosticsOf(problems, view.state.doc.toString())
      view.dispatch(setDiagnostics(view.state, found))
    },
    /** Brings a place of the document into view. */
    show(path: readonly (string | number)[]): void {
      const tree = treeOf(view.state.doc.toString())
      const node = tree && findNodeAtLocation(tree, [...path])
      if (!node) return
      const anchor = node.parent?.offset ?? node.offset
      view.dispatch({
        selection: { anchor },
        effects: EditorView.scrollIntoView(anchor, { y: 'center' }),
        annotations: fromOutside.of(true),
      })
    },
    destroy: () => view.destroy(),
  }
}
export type JsonEditor = ReturnType<typeof createJsonEditor>
