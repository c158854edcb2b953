import { errorsOf, wholePolicy } from './failures.ts'
import type { PolicyRun, TestRun } from './run.ts'

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\n': '&#10;',
}

/** Text as it may stand in XML 1.0, which has no control characters. */
function xml(text: string): string {
  return text

    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '�')
    .replace(/[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g, '�')
    .replace(/[&<>"\n]/g, (character) => entities[character] ?? '')
}

function suite(run: PolicyRun): string {
  const { policy } = run
  const errors = errorsOf(run)
  const broken = errors.map(
    ({ file, line, code, node, message }) =>
      `${file}:${line} ${code} ${node === undefined ? '' : `[${node}] `}${message}`,
  )
  const cases = run.cases.map(({ name, passed, differences, steps }) => {
    const open = `    <testcase classname="${xml(policy)}" name="${xml(name)}"`
    if (passed) return `${open}/>`
    const path = steps.map(({ node, exit }) => (exit === null ? node : `${node} → ${exit}`))
    return `${open}><failure message="${xml(differences.join('; '))}">${xml(path.join('\n'))}</failure></testcase>`
  })
  if (broken.length > 0)
    cases.push(
      `    <testcase classname="${xml(policy)}" name="${wholePolicy}"><error message="the policy has errors">${xml(broken.join('\n'))}</error></testcase>`,
    )
  const failed = run.cases.filter(({ passed }) => !passed).length
  return [
    `  <testsuite name="${xml(policy)}" tests="${cases.length}" failures="${failed}" errors="${broken.length > 0 ? 1 : 0}">`,
    ...cases,
    '  </testsuite>',
  ].join('\n')
}

/** The run as JUnit XML, as build servers read it. */
export function junit({ policies }: TestRun): string {
  const suites = policies.map(suite).join('\n')
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="callgate">\n${suites}\n</testsuites>\n`
}
