import { nothing } from './x_esm_dep.mjs';
nothing();
