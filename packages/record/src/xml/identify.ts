import { find, type XmlDocument } from '@hocba/xml';
import type { Profile, ProfileNode } from '../profile/profile.ts';
import { PROFILES, type Profiles } from '../profile/profiles.ts';

function pathOfEdition(nodes: readonly ProfileNode[]): string[] | undefined {
  for (const node of nodes) {
    if (node.kind === 'field' && node.field === 'edition') return [node.tag];
    if (node.kind !== 'group') continue;
    const inner = pathOfEdition(node.children);
    if (inner) return [node.tag, ...inner];
  }
  return undefined;
}

/** The profile that the document says it is of: root and version field at the profile's own place, or undefined. */
export function profileOfDocument(document: XmlDocument, profiles: Profiles = PROFILES): Profile | undefined {
  const { root } = document;
  return Object.values(profiles).find(({ root: expected, editions }) => {
    if (root.name !== expected.tag || root.namespace !== '') return false;
    const path = pathOfEdition(expected.children);
    const edition = path ? find(root, path.join('/'))?.text : undefined;
    return edition === editions.real || edition === editions.training;
  });
}
