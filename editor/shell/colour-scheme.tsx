import { Menu, useMantineColorScheme } from '@mantine/core'
import { Check } from 'lucide-react'
import { useTranslation } from 'react-i18next'

/** Light, dark, or as the system is. */
export function ColourScheme() {
  const { t } = useTranslation()
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const schemes = ['light', 'dark', 'auto'] as const
  return schemes.map((scheme) => (
    <Menu.Item
      key={scheme}
      onClick={() => setColorScheme(scheme)}
      rightSection={scheme === colorScheme ? <Check size={14} aria-hidden /> : undefined}
      aria-current={scheme === colorScheme}
    >
      {t(`shell.${scheme}`)}
    </Menu.Item>
  ))
}
