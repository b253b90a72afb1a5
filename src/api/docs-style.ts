// How the docs page looks: one column of reading width, light or dark as the reader's system is.

export const DOCS_STYLE = `
:root {
  color-scheme: light dark;
  --ground: #fbfaf8; --surface: #ffffff; --ink: #1d2328; --quiet: #5c6770; --line: #e2dfd9; --accent: #0b6e75;
  --get: #0b6e75; --post: #8a4b08; --good: #1e6b3a; --bad: #a12b2b; --code: #f3f1ec;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #12171b; --surface: #191f24; --ink: #e4e8ea; --quiet: #9aa6ae; --line: #2c353c; --accent: #5cc3ca;
    --get: #5cc3ca; --post: #e2a862; --good: #78c797; --bad: #ee8f8f; --code: #20282e;
  }
}
* { box-sizing: border-box; }
html { scroll-behavior: smooth; scroll-padding-top: 1.5rem; }
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
body { margin: 0; background: var(--ground); color: var(--ink); font: 16px/1.55 system-ui, sans-serif; }
.page { display: grid; grid-template-columns: 18rem minmax(0, 52rem); gap: 3rem; max-width: 76rem; margin: auto; padding: 0 1.5rem 6rem; }
nav { position: sticky; top: 0; align-self: start; max-height: 100vh; overflow-y: auto; padding: 2.5rem 0; font-size: 0.9rem; }
nav h2 { margin: 1.4rem 0 0.3rem; font-size: 0.75rem; letter-spacing: 0.08em; text-transform: uppercase; color: var(--quiet); }
nav ul { list-style: none; margin: 0; padding: 0; }
nav a { display: block; padding: 0.15rem 0; color: inherit; text-decoration: none; overflow-wrap: anywhere; }
nav a:hover, nav a:focus-visible { color: var(--accent); }
header { padding: 2.5rem 0 1rem; }
h1 { margin: 0; font-size: 2rem; line-height: 1.2; letter-spacing: -0.01em; }
h1 small { font-size: 1rem; font-weight: 400; color: var(--quiet); }
section > h2 { margin: 3rem 0 1rem; padding-bottom: 0.4rem; border-bottom: 1px solid var(--line); font-size: 1.3rem; }
article { margin: 0 0 1.5rem; padding: 1.25rem 1.5rem; background: var(--surface); border: 1px solid var(--line); border-radius: 10px; }
article h3 { display: flex; flex-wrap: wrap; gap: 0.6rem; align-items: baseline; margin: 0; font: 600 1rem/1.4 ui-monospace, monospace; overflow-wrap: anywhere; }
article h3 a { color: inherit; text-decoration: none; }
article h3 a:hover { text-decoration: underline; }
article > p { margin: 0.5rem 0; }
h4 { margin: 1.25rem 0 0.4rem; font-size: 0.8rem; letter-spacing: 0.06em; text-transform: uppercase; color: var(--quiet); }
.method { font-size: 0.8rem; letter-spacing: 0.04em; color: var(--get); }
.method.post { color: var(--post); }
.scroll { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; font-size: 0.88rem; }
th, td { padding: 0.4rem 0.8rem 0.4rem 0; border-top: 1px solid var(--line); text-align: left; vertical-align: top; }
td:first-child { width: 36%; }
th { border-top: 0; font-weight: 600; color: var(--quiet); }
code, pre, textarea { font: 0.85rem/1.5 ui-monospace, SFMono-Regular, Menlo, monospace; }
code { overflow-wrap: anywhere; }
pre { margin: 0.4rem 0; padding: 0.8rem 1rem; background: var(--code); border-radius: 6px; overflow-x: auto; }
.needed { color: var(--bad); }
.optional { color: var(--quiet); font-style: italic; }
.problem { margin: 0; padding: 0.35rem 0; border-top: 1px solid var(--line); }
.quiet { color: var(--quiet); }
details { margin: 0.4rem 0; border-top: 1px solid var(--line); padding-top: 0.4rem; }
summary { cursor: pointer; }
.good { color: var(--good); font-weight: 600; }
.bad { color: var(--bad); font-weight: 600; }
form { display: grid; gap: 0.6rem; margin-top: 0.6rem; }
label { display: grid; gap: 0.2rem; font-size: 0.85rem; color: var(--quiet); }
input, textarea { width: 100%; padding: 0.45rem 0.6rem; color: var(--ink); background: var(--ground); border: 1px solid var(--line); border-radius: 6px; }
textarea { min-height: 7rem; resize: vertical; }
button { padding: 0.45rem 1.1rem; border: 0; border-radius: 6px; background: var(--accent); color: var(--ground); font: inherit; cursor: pointer; }
button + button { margin-left: 0.5rem; background: var(--line); color: var(--ink); }
a { color: var(--accent); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
output { display: block; min-width: 0; }
output pre { max-height: 24rem; overflow: auto; }
dl.problems dt { margin-top: 1rem; }
dl.problems dd { margin: 0; color: var(--quiet); }
@media (max-width: 60rem) {
  .page { grid-template-columns: minmax(0, 1fr); gap: 0; padding: 0 1rem 4rem; }
  nav { order: 1; position: static; max-height: none; padding: 1.5rem 0 0; }
}
`;
