import type { TFunction } from 'i18next'
import { emptyInstallation } from '../../../server/schema/installation.ts'
import { factSpec } from '../../../server/schema/facts.ts'
import type { Condition, Operand, OperatorName } from '../../../server/schema/policy.ts'
import { operatorNames } from '../../../server/schema/policy.ts'

export const isOperator = (text: string): text is OperatorName =>
  operatorNames.some((one) => one === text)

const factWords = (name: string): string => factSpec(name, emptyInstallation)?.label ?? name

function operandWords(value: Operand, t: TFunction): string {
  if (typeof value === 'boolean') return t(value ? 'editor.true' : 'editor.false')
  if (Array.isArray(value)) return value.join(', ')
  return typeof value === 'object' && 'fact' in value ? factWords(value.fact) : String(value)
}

/** A condition as a sentence. */
export function sentenceOf(condition: Condition, t: TFunction): string {
  if ('not' in condition) return t('editor.not', { text: sentenceOf(condition.not, t) })
  if ('fact' in condition) {
    const { fact, operator, value } = condition
    const compares = isOperator(operator) ? t(`editor.operator.${operator}`) : operator
    return `${factWords(fact)} ${compares} ${operandWords(value, t)}`
  }
  const isAll = 'all' in condition
  const inner = isAll ? condition.all : condition.any
  const word = ` ${t(isAll ? 'editor.and' : 'editor.or')} `
  return inner
    .map((one) => {
      const text = sentenceOf(one, t)
      return 'all' in one || 'any' in one ? `(${text})` : text
    })
    .join(word)
}
