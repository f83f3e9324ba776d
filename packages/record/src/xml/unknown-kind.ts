import { find, type XmlDocument } from '@hocba/xml';
import { PROFILES, type Profiles, profileById } from '../profile/profiles.ts';
import { isRuleSetId } from '../rules/rule-set-ids.ts';
import { ANNEX_NAMESPACE } from './annex.ts';
import { profileOfDocument } from './identify.ts';
import { ANNEX_ID } from './slots.ts';

/**
 * Whether a document is a record by its root, and names a version, a profile, a rule set or a kind of annex that this program does not know: it may
 * have come after it. That it is one is only its own word; what it is worth its signatures tell.
 */
export function namesUnknownKind(document: XmlDocument, profiles: Profiles = PROFILES): boolean {
  const { root } = document;
  const isRecord = Object.values(profiles).some(({ root: { tag } }) => tag === root.name);
  if (!isRecord || root.namespace !== '') return false;
  if (profileOfDocument(document, profiles) === undefined) return true;
  const annex = document.byId.get(ANNEX_ID)?.children[0];
  if (annex === undefined) return false;
  if (annex.namespace !== ANNEX_NAMESPACE) return /^urn:hocba:annex:[1-9]\d{0,3}$/.test(annex.namespace);
  const said = (tag: string): string => find(annex, tag)?.text ?? '';
  return profileById(said('HO_SO_KY_THUAT'), profiles) === undefined || !isRuleSetId(said('BO_QUY_TAC'));
}
