/** Amounts for people: K2 counts in roe, of which a KOII has a thousand million. */
const ROE_PER_KOII = 1_000_000_000;

export function koiiText(roe: number): string {
  return `${(roe / ROE_PER_KOII).toLocaleString('en', { maximumFractionDigits: 9 })} KOII`;
}
