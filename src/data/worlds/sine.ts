/**
 * The one sine of every procedural world.
 *
 * `Math.sin` may differ in its last bits between JavaScript engines; a table built with + - x / alone may not. Angles
 * are in turns (1 = full circle), so that the reduction of the argument is exact. Worlds use no other transcendental
 * function; square roots are correctly rounded everywhere.
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

/** One turn and its first step again; quarters mirror each other exactly. */
function table(): Float64Array {
  const quarter = STEPS_PER_TURN / 4;
  const values = new Float64Array(STEPS_PER_TURN + 1);
  for (let i = 0; i <= quarter; i++) {
    const value = taylor((i / quarter) * (Math.PI / 2));
    values[i] = value;
    values[2 * quarter - i] = value;
    values[2 * quarter + i] = -value;
    values[4 * quarter - i] = -value;
  }
  values[2 * quarter] = 0;
  values[4 * quarter] = 0;
  values[0] = 0;
  return values;
}

const SINE = table();

/** sin(2 pi turns), linearly interpolated; absolute error below 4e-7. */
export function sine(turns: number): number {
  const phase = (turns - Math.floor(turns)) * STEPS_PER_TURN;
  const index = Math.min(Math.floor(phase), STEPS_PER_TURN - 1);
  const low = SINE[index] as number;
  return low + (phase - index) * ((SINE[index + 1] as number) - low);
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
