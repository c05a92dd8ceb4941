export { othersTurn } from '../store/others-turn.ts';
