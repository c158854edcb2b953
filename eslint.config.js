import reactHooks from 'eslint-plugin-react-hooks'
import tseslint from 'typescript-eslint'

const restrict = (patterns) => ['error', { patterns }]
const noEngine = {
  group: ['json-rules-engine'],
  message: 'policy/operators.ts is the only file that imports json-rules-engine at run time.',
}
const noEditor = { group: ['**/editor/**'], message: 'The server never imports the editor.' }
const toStages = (names, message) => ({
  group: names.flatMap((name) => [
    `../${name}/**`,
    `../${name}.ts`,
    `../../${name}/**`,
    `../../${name}.ts`,
  ]),
  message,
})

/** Imports point one way: http → gatekeeper → {facts, policy, journal, outbox}; channels → schema; everyone → schema. */
const directions = [
  {
    files: ['server/schema/**'],
    patterns: [
      toStages(
        ['policy', 'facts', 'db', 'http', 'outbox', 'channels', 'gatekeeper', 'simulator', 'cli'],
        'schema imports nothing but itself and zod.',
      ),
    ],
  },
  {
    files: ['server/policy/**'],
    patterns: [
      toStages(
        ['facts', 'db', 'http', 'outbox', 'channels', 'gatekeeper', 'simulator', 'cli'],
        'policy is pure: it imports only schema.',
      ),
      { group: ['node:*'], message: 'policy is pure: no Node.' },
    ],
  },
  {
    files: ['server/channels/**'],
    patterns: [
      toStages(
        ['policy', 'facts', 'db', 'http', 'outbox', 'gatekeeper', 'cli'],
        'a channel imports only schema and shared helpers.',
      ),
    ],
  },
  {
    files: ['server/facts/**', 'server/outbox/**', 'server/db/**'],
    patterns: [toStages(['http', 'gatekeeper', 'cli'], 'imports point from http to the core.')],
  },
  {
    files: ['server/gatekeeper.ts', 'server/gatekeeper/**'],
    patterns: [toStages(['http', 'cli'], 'imports point from http to the core.')],
  },
]

export default tseslint.config(
  { ignores: ['dist/**', 'node_modules/**', 'coverage/**', 'bench/node_modules/**'] },
  ...tseslint.configs.strict,
  {
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_' },
      ],
      '@typescript-eslint/no-dynamic-delete': 'off',
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportDefaultDeclaration', message: 'Named exports only.' },
        {
          selector: "MemberExpression[object.name='sql'][property.name='raw']",
          message: 'Bound parameters only.',
        },
        {
          selector: "MemberExpression[object.name='AbortSignal'][property.name='any']",
          message: 'Leaves a reference on every signal it is given: startDeadline of deadline.ts.',
        },
      ],
      'no-console': 'error',
      eqeqeq: 'error',
    },
  },
  { files: ['server/**'], rules: { 'no-restricted-imports': restrict([noEngine, noEditor]) } },
  ...directions.map(({ files, patterns }) => ({
    files,
    rules: { 'no-restricted-imports': restrict([noEngine, noEditor, ...patterns]) },
  })),
  {
    files: ['server/policy/operators.ts'],
    rules: { 'no-restricted-imports': restrict([noEditor]) },
  },
  {
    files: ['editor/**'],
    plugins: { 'react-hooks': reactHooks },
    rules: {
      ...reactHooks.configs.recommended.rules,
      'no-restricted-imports': restrict([
        noEngine,
        {
          regex: String.raw`/server/(?!schema/|policy/|serve\.ts$)`,
          message: 'The web app imports only schema, policy and the type of the application.',
        },
      ]),
    },
  },
  { files: ['editor/public/**'], languageOptions: { globals: { globalThis: 'readonly' } } },
  { files: ['server/cli/**', 'bench/**'], rules: { 'no-console': 'off' } },
  { files: ['**/*.config.*'], rules: { 'no-restricted-syntax': 'off' } },
)
