import { nothing } from './src/nowhere.mjs';
nothing();
