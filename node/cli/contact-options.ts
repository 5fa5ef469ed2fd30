/** Contacts as they are typed: single options over a JSON file with everything that has no option. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { isFields } from '../../adapters/contacts/lines.js';
import type { Json } from '../core/canonical.js';
import { type Outcome, ok, refuse } from '../core/fault.js';
import { parseStrictJson } from '../core/strict-json.js';
import { type Document, typed } from './call.js';
import type { Options } from './command.js';
import { fileOption, listOption, numberOption, textOption } from './options.js';

/** Members of a profile: what a vendor says of itself. Faults: COMMAND_MALFORMED, FORMAT_*. */
export async function profileOptions(options: Options): Promise<Outcome<Document>> {
  const file = await fileOption(options, 'file');
  if (!file.ok) return file;
  const parsed = file.value === undefined ? ok({}) : parseStrictJson(file.value);
  if (!parsed.ok) return parsed;
  const before: unknown = parsed.value;
  if (!isFields(before)) return refuse('COMMAND_MALFORMED', { where: 'file' });
  return ok({
    ...(before as Document),
    ...typed({
      name: textOption(options, 'name'),
      aliases: listOption(options, 'alias'),
      products: listOption(options, 'product'),
      keywords: listOption(options, 'keyword'),
      zone: textOption(options, 'zone'),
      languages: listOption(options, 'language'),
      cycles: listOption(options, 'cycle'),
      persons: listOption(options, 'person')?.map(personOf),
    }),
  });
}

/** Members of an entry: also what only the centre says of a vendor. */
export async function entryOptions(options: Options): Promise<Outcome<Document>> {
  const profile = await profileOptions(options);
  if (!profile.ok) return profile;
  const certificate = await fileOption(options, 'certificate');
  if (!certificate.ok) return certificate;
  return ok({
    ...profile.value,
    ...typed({
      groups: listOption(options, 'group'),
      class: textOption(options, 'class'),
      weight: numberOption(options, 'weight'),
      node: textOption(options, 'node'),
      remark: textOption(options, 'remark'),
      certificate: certificate.value,
    }),
  });
}

/** `name / roles / mail / phone`, roles with plus signs between them. */
function personOf(text: string): Json {
  const [name = '', roles = '', mail = '', phone = ''] = text.split('/').map((part) => part.trim());
  return { name, roles: roles === '' ? [] : roles.split('+').map((role) => role.trim()), mail, phone };
}

/** A file by its name and digest: it stays where it is. @param text `name=file`, or a file. */
export async function documentOf(text: string, where: string): Promise<Outcome<Json>> {
  const at = text.indexOf('=');
  const path = at < 0 ? text : text.slice(at + 1);
  const name = at < 0 ? basename(text) : text.slice(0, at);
  try {
    return ok({
      name,
      hash: createHash('sha256')
        .update(await readFile(path))
        .digest('hex'),
    });
  } catch {
    return refuse('COMMAND_MALFORMED', { where });
  }
}
