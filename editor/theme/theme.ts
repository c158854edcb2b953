import type { CSSVariablesResolver } from '@mantine/core'
import { Input, createTheme } from '@mantine/core'

export const theme = createTheme({
  primaryColor: 'brand',
  primaryShade: { light: 6, dark: 5 },
  defaultRadius: 7,
  cursorType: 'pointer',
  respectReducedMotion: true,
  colors: {
    brand: [
      '#EEF2FE',
      '#DCE4FC',
      '#B6C6F9',
      '#8FA6F5',
      '#6E8AF2',
      '#4466E8',
      '#2F55D4',
      '#2A4CC2',
      '#223FA3',
      '#1A3080',
    ],
    gray: [
      '#F5F6F8',
      '#EEF0F3',
      '#E2E5EA',
      '#D5D9E0',
      '#C8CDD6',
      '#A9B0BC',
      '#868E9E',
      '#5A6474',
      '#3F4857',
      '#141821',
    ],
    dark: [
      '#E9ECF2',
      '#BCC4D1',
      '#97A1B2',
      '#6B7689',
      '#3A4352',
      '#252B36',
      '#14181F',
      '#14181F',
      '#0D1015',
      '#0A0C10',
    ],
  },
  fontFamily: 'Inter Variable, Inter, system-ui, sans-serif',
  fontFamilyMonospace: 'JetBrains Mono Variable, ui-monospace, monospace',
  fontSizes: { xs: '11.5px', sm: '13px', md: '14px', lg: '16px', xl: '20px' },
  spacing: { xs: '4px', sm: '8px', md: '12px', lg: '16px', xl: '24px' },
  components: {
    Input: Input.extend({ defaultProps: { size: 'sm' } }),
    Button: { defaultProps: { size: 'sm' } },
    Tooltip: { defaultProps: { withArrow: true, openDelay: 300 } },
    Modal: {
      defaultProps: { centered: true, radius: 14, closeButtonProps: { 'aria-label': 'Close' } },
    },
    Notification: { defaultProps: { closeButtonProps: { 'aria-label': 'Close' } } },
    Drawer: { defaultProps: { position: 'right', closeButtonProps: { 'aria-label': 'Close' } } },
  },
})

const variables = {
  '--mantine-color-body': 'var(--bg)',
  '--mantine-color-text': 'var(--ink)',
  '--mantine-color-dimmed': 'var(--muted)',
  '--mantine-color-placeholder': 'var(--muted)',
  '--mantine-color-default': 'var(--surface)',
  '--mantine-color-default-hover': 'var(--sunk)',
  '--mantine-color-default-color': 'var(--ink)',
  '--mantine-color-default-border': 'var(--line2)',
  '--mantine-color-error': 'var(--err-text)',
  '--mantine-color-anchor': 'var(--accent-text)',
  '--mantine-color-brand-light': 'var(--accent-tint)',
  '--mantine-color-brand-light-color': 'var(--accent-text)',
  '--mantine-color-brand-filled': 'var(--accent)',
  '--input-bd': 'var(--field)',
}

/** Mantine's own variables, from our tokens: one source for both schemes. */
export const cssVariablesResolver: CSSVariablesResolver = () => ({
  variables: {},
  light: variables,
  dark: variables,
})
