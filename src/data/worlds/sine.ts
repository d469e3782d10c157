/**
 * The one sine of every procedural world.
 *
 * `Math.sin` may differ in its last bits between JavaScript engines; a table built with + - x / alone may not. Angles
 * are in turns (1 = full circle), so that the reduction of the argument is exact. Worlds use no other transcendental
 * function and no powers; square roots are correctly rounded everywhere.
 */

const STEPS_PER_TURN = 4096;

/** Taylor series of sin at x in [0, pi/2]; eleven terms are exact to double precision there. */
function taylor(x: number): number {
  let term = x;
  let sum = x;
  for (let n = 1; n <= 11; n++) {
    term = (-term * x * x) / (2 * n * (2 * n + 1));
    sum += term;
  }
  return sum;
}

/** One turn; quarters mirror each other exactly, and the quarter turns are exact. */
function table(): Float64Array {
  const quarter = STEPS_PER_TURN / 4;
  const values = new Float64Array(STEPS_PER_TURN);
  for (let i = 1; i <= quarter; i++) {
    const value = i === quarter ? 1 : taylor((i / quarter) * (Math.PI / 2));
    values[i] = value;
    values[2 * quarter - i] = value;
    values[2 * quarter + i] = -value;
    values[4 * quarter - i] = -value;
  }
  return values;
}

const SINE = table();
/** Radians between two entries. */
const STEP = (2 * Math.PI) / STEPS_PER_TURN;

/** sin(2 pi turns): the table entry below, turned on by the rest with a third-order series. Absolute error below 1e-12. */
export function sine(turns: number): number {
  const phase = (turns - Math.floor(turns)) * STEPS_PER_TURN;
  const index = Math.min(Math.floor(phase), STEPS_PER_TURN - 1);
  const rest = (phase - index) * STEP;
  const low = SINE[index] as number;
  const slope = SINE[(index + STEPS_PER_TURN / 4) % STEPS_PER_TURN] as number;
  return low + rest * (slope - (rest / 2) * (low + (rest / 3) * slope));
}

/** cos(2 pi turns). */
export function cosine(turns: number): number {
  return sine(turns + 0.25);
}

/** Radians as turns. */
export function toTurns(radians: number): number {
  return radians / (2 * Math.PI);
}

/** Degrees as radians. */
export function degrees(value: number): number {
  return (value / 180) * Math.PI;
}
