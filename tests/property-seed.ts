import fc from 'fast-check';

/**
 * A run of the tests says the same twice: properties start from one seed. HOCBA_SEED takes another (a number), or `random` to
 * look for what nobody has met yet; a failure names its seed.
 */
const asked = process.env.HOCBA_SEED;
if (asked !== 'random') fc.configureGlobal({ seed: asked === undefined ? 20_261_123 : Number(asked) });
