/**
 * A whole number with commas between thousands: "12,288". By hand, because the first `toLocaleString` of a process loads
 * Unicode's tables, which takes a function's first call a dozen milliseconds of processor time.
 */
export function wholeNumber(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ',');
}
