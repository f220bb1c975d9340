// What went wrong, by the name of a sentence of the page, and what is filled in there.
export class Problem extends Error {
  constructor(name, values = {}) {
    super(name);
    this.values = values;
  }
}
