/** Reports as they stand in the home feed. */
import { caseId, nodeId, reportId } from '../core/ids.js';
import {
  CONSENT_SCOPES,
  EXCLUSIONS,
  LETTER_CHANNELS,
  LETTER_KINDS,
  REPORT_SOURCES,
  type ReportEntry,
  type ReportText,
  SEVERITY_SIDES,
  type Verdict,
} from '../core/intake/report.js';
import { LIMITS } from '../core/limits.js';
import {
  branded,
  choice,
  list,
  nothing,
  optional,
  record,
  type Shape,
  text,
  time,
  truth,
  word,
} from './shapes.js';

const name = text(LIMITS.nameCharacters.most);
const words = text(LIMITS.textCharacters.most);

const reportText = record<ReportText>({
  kind: word('software_product', 'web_application'),
  title: text(LIMITS.titleCharacters.most, 1),
  product: text(LIMITS.titleCharacters.most),
  version: name,
  description: words,
  impact: words,
  exploit: words,
  discovery: words,
  plans: words,
  publicIds: list(name, LIMITS.listEntries.most),
  saysPublic: truth,
  saysExploited: truth,
});

const verdict: Shape<Verdict> = choice<Verdict, 'kind'>('kind', {
  vulnerability: nothing,
  excluded: record({ because: word(...EXCLUSIONS) }),
  question: nothing,
});

export const reportEntry: Shape<ReportEntry> = choice<ReportEntry, 'kind'>('kind', {
  enter: record({ source: word(...REPORT_SOURCES), receivedAt: time, text: reportText }),
  reporter: record({
    reporter: record({
      name,
      organisation: name,
      contact: text(LIMITS.titleCharacters.most),
      certificate: optional(text(LIMITS.cardBytes.most, 1)),
    }),
  }),
  assess: record({ verdict, remark: words, products: optional(list(name, LIMITS.listEntries.most)) }),
  route: record({ into: branded(caseId, 'case id'), duplicateOf: optional(branded(reportId, 'report id')) }),
  consent: record({ scope: word(...CONSENT_SCOPES), given: truth, words }),
  letter: record({ letter: word(...LETTER_KINDS), channel: word(...LETTER_CHANNELS), text: words }),
  severity: record({ side: word(...SEVERITY_SIDES), name, vector: text(LIMITS.titleCharacters.most), words }),
  looked: nothing,
  share: record({ to: branded(nodeId, 'node id') }),
});
