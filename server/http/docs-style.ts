/** Style of the API's description; light and dark as the reader's system is. */
export const docsStyle = `
:root {
  color-scheme: light dark;
  --text: light-dark(#1c2330, #dde3ee);
  --dim: light-dark(#5a6577, #98a3b8);
  --back: light-dark(#ffffff, #12161e);
  --raised: light-dark(#f4f6f9, #1a202b);
  --line: light-dark(#dfe4ec, #2b3444);
  --link: light-dark(#1556b8, #7fb2ff);
}
* { box-sizing: border-box }
body {
  margin: 0; display: grid; grid-template-columns: 16rem minmax(0, 1fr);
  font: 16px/1.55 system-ui, sans-serif; color: var(--text); background: var(--back);
}
nav {
  position: sticky; top: 0; height: 100vh; overflow-y: auto; padding: 1.5rem 1rem;
  background: var(--raised); border-right: 1px solid var(--line);
}
nav h2 { font-size: .85rem; margin: 1.2rem 0 .3rem; color: var(--dim) }
nav ul { list-style: none; margin: 0; padding: 0 }
nav li { margin: .15rem 0; font-size: .9rem }
main { padding: 2rem clamp(1rem, 4vw, 3rem); max-width: 60rem }
a { color: var(--link); text-underline-offset: .15em }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px }
h1 { margin-top: 0 }
main > h2 { margin-top: 3rem; padding-bottom: .3rem; border-bottom: 1px solid var(--line) }
section { margin: 2rem 0 }
section:target h3 { color: var(--link) }
h3 { margin: 0 } h4 { margin: 1rem 0 .3rem; font-size: .9rem; color: var(--dim) }
.address { margin: .3rem 0 } .address b { display: inline-block; min-width: 4rem }
code, pre { font: .875em/1.5 ui-monospace, monospace }
pre {
  margin: .3rem 0; padding: .8rem 1rem; overflow-x: auto;
  background: var(--raised); border: 1px solid var(--line); border-radius: 6px;
}
table { border-collapse: collapse; width: 100% }
th, td { text-align: left; vertical-align: top; padding: .3rem .8rem .3rem 0; border-top: 1px solid var(--line) }
th { font-weight: 400 }
dt { margin-top: .4rem } dd { margin: 0 0 .5rem } dd p, section p { margin: .3rem 0 }
details { margin: .4rem 0 } summary { cursor: pointer }
@media (max-width: 50rem) {
  body { display: block }
  nav { position: static; height: auto; border-right: 0; border-bottom: 1px solid var(--line) }
}
@media print { nav { display: none } body { display: block } }
`
