export { exitsOf, targetOf, withTarget } from '../../../server/policy/exits.ts'
