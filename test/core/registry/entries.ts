/** Invented contacts. */
import { bareEntry, type ContactKey, contactKey, type Entry } from '../../../node/core/registry/vendor.js';

export function key(text: string): ContactKey {
  const read = contactKey(text);
  if (read === undefined) throw new Error(`no key: ${text}`);
  return read;
}

export function entry(name: string, more: Partial<Entry> = {}): Entry {
  return { ...bareEntry(name), ...more };
}
