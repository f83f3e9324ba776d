import { TRAIT_GROUPS, TRAITS } from '../codes/traits.ts';
import {
  DATE_FORMS,
  FREE_FORMS,
  MAP_NAMES,
  PLAIN_FIELDS,
  SUBJECT_FIELDS,
  YEAR_FIELDS,
} from './field-names.ts';
import type { Profile } from './profile.ts';

/** A profile's data that cannot be used. `place` is the path in the data. */
export class ProfileError extends Error {
  readonly place: string;

  constructor(place: string, what: string) {
    super(`profile: ${place}: ${what}`);
    this.name = 'ProfileError';
    this.place = place;
  }
}

type Check = (value: unknown, place: string) => void;

function fail(place: string, what: string): never {
  throw new ProfileError(place, what);
}

const matching =
  (pattern: RegExp): Check =>
  (value, place) => {
    if (typeof value !== 'string' || !pattern.test(value) || value.normalize('NFC') !== value) {
      fail(place, 'not in the form expected');
    }
  };

const oneOf =
  (values: readonly unknown[]): Check =>
  (value, place) => {
    if (!values.includes(value)) fail(place, 'unknown value');
  };

const list =
  (item: Check, least = 1): Check =>
  (value, place) => {
    if (!Array.isArray(value) || value.length < least) fail(place, 'not a list that holds something');
    (value as unknown[]).forEach((v, i) => item(v, `${place}[${i}]`));
  };

function members(value: unknown, place: string): [string, unknown][] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) fail(place, 'not an object');
  return Object.entries(value as object);
}

/** An object with exactly these members; those in `optional` may lack. Unknown ones are refused. */
const shape =
  (required: Readonly<Record<string, Check>>, optional: Readonly<Record<string, Check>> = {}): Check =>
  (value, place) => {
    const given = new Map(members(value, place));
    for (const key of Object.keys(required)) if (!given.has(key)) fail(`${place}.${key}`, 'missing');
    for (const [key, member] of given) {
      const check = Object.hasOwn(required, key)
        ? required[key]
        : Object.hasOwn(optional, key)
          ? optional[key]
          : undefined;
      if (!check) fail(`${place}.${key}`, 'unknown member');
      check(member, `${place}.${key}`);
    }
  };

const dictionary =
  (item: Check): Check =>
  (value, place) => {
    for (const [key, member] of members(value, place)) item(member, `${place}.${key}`);
  };

const tag = matching(/^[A-Z][A-Z0-9_]*$/);
const id = matching(/^[a-z][a-z0-9-]*$/);
const written = matching(/^\S(?:.*\S)?$/);
const flag = oneOf([true, false]);
const ROLES = ['subjectTeacher', 'homeroomTeacher', 'principal', 'schoolSeal'];
const RECORD_FIELDS = [
  ...PLAIN_FIELDS,
  ...TRAITS.map((t) => `trait.${t.code}`),
  ...TRAIT_GROUPS.map((g) => `traitComment.${g}`),
];

const fieldOf = (names: readonly string[]): Check =>
  shape({
    kind: oneOf(['field']),
    tag,
    field: oneOf(names),
    form: oneOf([...MAP_NAMES, ...FREE_FORMS]),
    required: flag,
  });

const NODES: Readonly<Record<string, Check>> = {
  field: fieldOf(RECORD_FIELDS),
  group: (value, place) => shape({ kind: oneOf(['group']), tag, children: list(node) }, { id })(value, place),
  years: shape({ kind: oneOf(['years']), tag, item: tag, fields: list(fieldOf(YEAR_FIELDS)) }),
  subjects: shape(
    { kind: oneOf(['subjects']), tag, item: tag, fields: list(fieldOf(SUBJECT_FIELDS)) },
    { idPrefix: id },
  ),
  slots: shape({ kind: oneOf(['slots']), role: oneOf(ROLES) }),
};

function node(value: unknown, place: string): void {
  const kind = new Map(members(value, place)).get('kind');
  const check = typeof kind === 'string' && Object.hasOwn(NODES, kind) ? NODES[kind] : undefined;
  if (!check) fail(`${place}.kind`, 'unknown kind');
  check(value, place);
}

const reference: Check = (value, place) => {
  const to = new Map(members(value, place)).get('to');
  if (to === 'element') shape({ to: oneOf(['element']), id })(value, place);
  else shape({ to: oneOf(['ownSubjects', 'annex', 'earlierSignatures']) })(value, place);
};

/** Pairs of value and writing, one to one in both directions. */
const valueMap: Check = (value, place) => {
  const values = new Set<unknown>();
  const texts = new Set<unknown>();
  list((pair, at) => {
    if (!Array.isArray(pair) || pair.length !== 2) fail(at, 'not a pair');
    const [inner, text] = pair as [unknown, unknown];
    if (!['string', 'number', 'boolean'].includes(typeof inner)) fail(at, 'not a value');
    written(text, at);
    if (values.has(inner) || texts.has(text)) fail(at, 'told twice');
    values.add(inner);
    texts.add(text);
  })(value, place);
};

const profileShape = shape({
  id: matching(/^[a-z][a-z0-9.-]*$/),
  editions: shape({ real: written, training: written }),
  circulars: dictionary(written),
  modes: shape({ real: written, training: written }),
  signingTimeNamespace: matching(/^(?:urn|https?):\S+$/),
  dateForms: shape({ date: oneOf(DATE_FORMS), birthDate: oneOf(DATE_FORMS) }),
  values: shape(Object.fromEntries(MAP_NAMES.map((n) => [n, valueMap]))),
  root: NODES.group ?? fail('root', 'no check'),
  slots: list(
    shape(
      {
        role: oneOf(ROLES),
        tag,
        id,
        many: flag,
        timeTag: tag,
        carriesAnnex: flag,
        references: list(reference),
      },
      { personalIdTag: tag, optional: oneOf([true]) },
    ),
  ),
});

interface Found {
  readonly fields: string[];
  readonly roles: string[];
  readonly ids: string[];
}

function walk(nodes: Profile['root']['children'], found: Found): Found {
  for (const n of nodes) {
    if (n.kind === 'field') found.fields.push(n.field);
    else if (n.kind === 'slots') found.roles.push(n.role);
    else if (n.kind === 'group') {
      if (n.id !== undefined) found.ids.push(n.id);
      walk(n.children, found);
    } else found.fields.push(n.kind, ...n.fields.map((f) => f.field));
  }
  return found;
}

/** What only the whole shows: nothing twice, nothing that a record could not be read back from, one annex. */
function assertWhole(profile: Profile): void {
  const { fields, roles, ids } = walk(profile.root.children, { fields: [], roles: [], ids: [] });
  const twice = [...fields, ...ids].find((f, i, all) => all.indexOf(f) !== i);
  if (twice !== undefined) fail('root', `${twice} stands twice`);
  for (const f of ['edition', 'uuid', 'years', 'subjects', 'subject.code']) {
    if (!fields.includes(f)) fail('root', `${f} has no place`);
  }
  const specs = profile.slots.map((s): string => s.role);
  if ([...specs].sort().join() !== [...roles].sort().join() || new Set(specs).size !== specs.length) {
    fail('slots', 'roles and places differ');
  }
  if (!specs.includes('principal') || !specs.includes('schoolSeal'))
    fail('slots', 'principal and school must sign');
  if (profile.slots.filter((s) => s.carriesAnnex && !s.optional).length !== 1) fail('slots', 'not one annex');
  for (const slot of profile.slots) {
    if (slot.optional && (slot.role !== 'homeroomTeacher' || slot.carriesAnnex))
      fail('slots', 'may not lack');
    if (slot.many !== (slot.role === 'subjectTeacher')) fail('slots', 'only subject teachers are many');
    for (const ref of slot.references) {
      if (ref.to === 'element' && !ids.includes(ref.id)) fail('slots', `${ref.id} is no Id of the data`);
    }
  }
  if (profile.editions.real === profile.editions.training) fail('editions', 'training is not told apart');
}

/**
 * A profile out of plain data, such as a JSON file that a province has adapted: other tags, order, wrappers, values and
 * signers without a change of the program. Strict: unknown members are refused.
 * @throws ProfileError
 */
export function parseProfile(data: unknown): Profile {
  profileShape(data, 'profile');
  const profile = data as Profile;
  assertWhole(profile);
  return profile;
}
