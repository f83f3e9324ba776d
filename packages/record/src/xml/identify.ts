import { find, type XmlDocument } from '@hocba/xml';
import type { Profile, ProfileNode } from '../profile/profile.ts';
import { PROFILES, type Profiles } from '../profile/profiles.ts';

/** Where a profile says its version, by profile, which never changes; '' for nowhere. */
const editions = new WeakMap<Profile, string>();

function editionPath(profile: Profile): string {
  const before = editions.get(profile);
  if (before !== undefined) return before;
  const path = pathOfEdition(profile.root.children)?.join('/') ?? '';
  editions.set(profile, path);
  return path;
}

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
  return Object.values(profiles).find((profile) => {
    if (root.name !== profile.root.tag || root.namespace !== '') return false;
    const path = editionPath(profile);
    const edition = path === '' ? undefined : find(root, path)?.text;
    return edition === profile.editions.real || edition === profile.editions.training;
  });
}
