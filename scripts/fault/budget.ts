/** How many kills are still to come; a share of them is kept for signing and issuing. */
export class KillBudget {
  left: number;
  private elsewhere: number;

  /** @param kills in all; at least half of them fall into signing and issuing */
  constructor(kills: number) {
    this.left = kills;
    this.elsewhere = Math.floor(kills / 2);
  }

  /** Whether to kill now; takes it from the budget. */
  take(signing: boolean): boolean {
    if (this.left === 0 || (!signing && this.elsewhere === 0)) return false;
    this.left--;
    if (!signing) this.elsewhere--;
    return true;
  }
}
