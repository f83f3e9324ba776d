import { createHash } from 'node:crypto';

/** The public page's whole style, inline: one request on a weak network. Allowed by its hash, nothing else is. */
export const PAGE_STYLE = `*{box-sizing:border-box}
html{font:16px/1.5 system-ui,Segoe UI,Roboto,Noto Sans,Arial,sans-serif;color:#18212b;background:#f4f6f5;font-variant-numeric:tabular-nums}
body{margin:0}
header{background:#fff;border-bottom:1px solid #d5dbe1;padding:10px 24px;font-weight:700}
.training{background:#fff4dc;color:#8a5200;border-bottom:1px solid #ecd9ac;padding:6px 24px;font-weight:700;font-size:14px}
main{max-width:772px;margin:0 auto;padding:24px 16px}
section{background:#fff;border:1px solid #d5dbe1;border-radius:6px;margin:0 0 16px}
.verdict{border-left:8px solid #56616e;padding:16px 24px}
.current{border-left-color:#0b6b58}.closed{border-left-color:#8a5200}.wrong{border-left-color:#b3141d}
h1{font-size:28px;line-height:1.35;margin:0 0 4px}
p{margin:0 0 8px}p:last-child{margin:0}
dl{margin:0}
.row{display:flex;flex-wrap:wrap;padding:8px 16px;border-top:1px solid #d5dbe1}
.row:first-child{border-top:0}
dt{flex:0 0 220px;color:#56616e}dd{flex:1 1 300px;margin:0;overflow-wrap:anywhere}
.soft{color:#56616e;font-size:14px}
a{color:#084f41;text-underline-offset:3px}
:focus-visible{outline:3px solid #ffbf00;outline-offset:2px}
@media(max-width:600px){header,.training{padding-left:16px;padding-right:16px}dt{flex-basis:100%}}
@media (prefers-contrast:more){dt,.soft{color:inherit}}
@media screen{.paper{display:none}}
@media print{html,.training{background:#fff}body *{color:#000!important}}`;

export const PAGE_POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(PAGE_STYLE).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');
