/**
 * Reads JSON bodies. Of a content-type that says JSON twice too: the side-car of Koii's pods adds its own to a caller's, and
 * `fetch` joins the two.
 */
import type { IncomingMessage } from 'node:http';
import express, { type RequestHandler } from 'express';

const BODY_BYTES = 64 * 1024;

/** Leaves the body of another type undefined, for the route to refuse. */
export function jsonBody(): RequestHandler {
  // Not strict: that JSON is no object is for the route to say.
  return express.json({ limit: BODY_BYTES, strict: false, type: saysJson });
}

function saysJson({ headers }: IncomingMessage): boolean {
  const types = (headers['content-type'] ?? '').split(',');
  return types.every((type) => /^\s*application\/json\s*(?:;|$)/i.test(type));
}
