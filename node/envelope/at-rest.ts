/**
 * Restricted text at rest (DESIGN §10): AES-256-GCM records under one key, each bound to its place. A record that
 * is moved to another place does not open, so whoever can write to the disk cannot swap two of them.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { utf8 } from '../core/bytes.js';
import { Breakage } from '../core/fault.js';

/** Seals and opens records under the at-rest key. `open(place, seal(place, a)) = a`. */
export interface Vault {
  /** The record is 29 bytes longer than what it holds. */
  seal(place: string, bytes: Uint8Array): Uint8Array;
  /** @throws Breakage STORE_DAMAGED for a record that was changed, moved or sealed under another key. */
  open(place: string, record: Uint8Array): Uint8Array;
}

const FORMAT = 1;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const HEAD_BYTES = 1 + NONCE_BYTES;

/**
 * @param key 32 bytes. Nonces are drawn at random, so one key is good for 2³² records.
 */
export function openVault(key: Uint8Array): Vault {
  return {
    seal(place, bytes) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
      cipher.setAAD(boundTo(place));
      const record = new Uint8Array(HEAD_BYTES + bytes.length + TAG_BYTES);
      record[0] = FORMAT;
      record.set(nonce, 1);
      record.set(cipher.update(bytes), HEAD_BYTES);
      cipher.final();
      record.set(cipher.getAuthTag(), HEAD_BYTES + bytes.length);
      return record;
    },
    open(place, record) {
      if (record[0] !== FORMAT || record.length < HEAD_BYTES + TAG_BYTES) throw damaged();
      const end = record.length - TAG_BYTES;
      const nonce = record.subarray(1, HEAD_BYTES);
      const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
      decipher.setAAD(boundTo(place));
      decipher.setAuthTag(record.subarray(end));
      try {
        const bytes = decipher.update(record.subarray(HEAD_BYTES, end));
        decipher.final();
        return new Uint8Array(bytes);
      } catch (cause) {
        throw damaged(cause);
      }
    },
  };
}

function boundTo(place: string): Uint8Array {
  return utf8(`isochron/v1 at rest\n${place}`);
}

function damaged(cause?: unknown): Breakage {
  return new Breakage({ code: 'STORE_DAMAGED', where: 'record at rest' }, cause);
}
