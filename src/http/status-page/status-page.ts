/**
 * `GET /`: one page for people, whole in one answer. It asks nobody but this node (the content security policy
 * allows exactly its own style and script, by hash), so it works on a LAN without internet.
 */
import { createHash } from 'node:crypto';
import type { Request, Response } from 'express';
import { MARKUP } from './markup.js';
import { SCRIPT } from './script.js';
import { STYLE } from './style.js';

function sourceHash(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

const POLICY = [
  "default-src 'none'",
  `style-src ${sourceHash(STYLE)}`,
  `script-src ${sourceHash(SCRIPT)}`,
  "connect-src 'self'",
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Orcapool</title>
<link rel="icon" href="data:,">
<style>${STYLE}</style>
</head>
${MARKUP}
<script>${SCRIPT}</script>
</html>
`;

export function statusPageRoute(_request: Request, response: Response): void {
  response.set('content-security-policy', POLICY).type('html').send(PAGE);
}
