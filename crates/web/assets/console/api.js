// @ts-check
// Calls of the API with the session's cookie.

import { sentence, t } from "./texts.js";

/** A problem as the API tells it. */
export class Problem extends Error {
  /** @param {number} status @param {{detail?: string, code?: string}} body */
  constructor(status, body) {
    super(sentence(body));
    this.status = status;
    this.code = body.code ?? "";
  }
}

/**
 * @param {string} method
 * @param {string} path below /api/v1
 * @param {unknown} [body]
 * @returns {Promise<any>}
 */
export async function call(method, path, body) {
  /** @type {RequestInit} */
  const options = { method, credentials: "same-origin", headers: { Accept: "application/json" } };
  if (body !== undefined) {
    options.headers = { ...options.headers, "Content-Type": "application/json" };
    options.body = JSON.stringify(body);
  }
  let response;
  try {
    response = await fetch(`/api/v1${path}`, options);
  } catch {
    throw new Problem(0, { detail: t("network") });
  }
  if (response.status === 204) return null;
  const content = await response.json().catch(() => ({}));
  if (!response.ok) throw new Problem(response.status, content);
  return content;
}

/** @param {string} path @param {Record<string, string | undefined>} [query] */
export function get(path, query = {}) {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value) parameters.set(name, value);
  const text = parameters.toString();
  return call("GET", text ? `${path}?${text}` : path);
}

/** How many items of a list are asked for at once. */
export const PAGE = "50";

/** The limit by which a list is read anew without losing what "more" brought. @param {unknown[] | null} items */
export const shownOf = (items) => String(Math.min(500, Math.max(Number(PAGE), items?.length ?? 0)));

/** Every item of a list, page by page. @param {string} path */
export async function all(path) {
  const items = [];
  /** @type {string | undefined} */
  let after;
  do {
    const page = await get(path, { after, limit: "500" });
    items.push(...page.items);
    after = page.next ?? undefined;
  } while (after);
  return items;
}

/** An id that the server may see twice without doing anything twice. */
export function freshId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
