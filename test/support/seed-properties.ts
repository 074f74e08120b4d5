import fc from 'fast-check';

/** Property tests try the same cases in every run; `FC_SEED=random` or a number tries others. */
const wanted = process.env.FC_SEED ?? '20261121';
fc.configureGlobal({ seed: wanted === 'random' ? Math.floor(Math.random() * 2 ** 31) : Number(wanted) });
