/** Of the year's eleven steps none takes more than so much of what is left when the year begins; as much is kept for sealing, where all comes together. */
const SHARE = 1 / 4;
const SEALING = 'sign:schoolSeal';
/** So often at one place at most: a machine on which a step takes longer than a start still comes to the next step. */
const AT_ONE_PLACE = 2;

/** How many kills are still to come, and where they may fall: all over a year, however fast the machine is. */
export class KillBudget {
  left: number;
  private most = 0;
  private keptForSealing = 0;
  private readonly ofStep = new Map<string, number>();
  private place = '';
  private here = 0;

  /** @param kills in all; as many years are lived through as they take */
  constructor(kills: number) {
    this.left = kills;
  }

  /** Of a new year; what was not taken in the one before is spread anew. */
  beginYear(): void {
    this.most = Math.max(2, Math.ceil(this.left * SHARE));
    this.keptForSealing = Math.ceil(this.left * SHARE);
    this.ofStep.clear();
    this.place = '';
  }

  /**
   * Whether to kill now; takes it from the budget.
   *
   * @param step of the year
   * @param acts how many answers were acknowledged until now: where in the step it is
   */
  take(step: string, acts: number): boolean {
    const place = `${step} ${acts}`;
    if (place !== this.place) this.here = 0;
    this.place = place;
    const taken = this.ofStep.get(step) ?? 0;
    const [most, kept] = step === SEALING ? [2 * this.most, 0] : [this.most, this.keptForSealing];
    if (this.left <= kept || taken >= most || this.here >= AT_ONE_PLACE) return false;
    this.left--;
    this.here++;
    this.ofStep.set(step, taken + 1);
    return true;
  }
}
