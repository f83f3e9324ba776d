/** Commune-level units with validity dates; apart from the rest of the package, since the list is large. */
export {
  COMMUNE_KINDS,
  type Commune,
  type CommuneKind,
  type CommuneListCode,
  CommuneListError,
} from './commune.ts';
export { communeNamed, communesOn } from './find.ts';
export { carriedOn, readCommuneList } from './read-list.ts';
export { communesOfReform } from './reform-2025.ts';
