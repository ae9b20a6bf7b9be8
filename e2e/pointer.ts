import type { Page } from "@playwright/test";

/** Where the mouse goes, from the middle of a canvas, in CSS pixels. */
export type Place = readonly [x: number, y: number];

/** The mouse on one canvas. */
export class Pointer {
  constructor(
    protected readonly page: Page,
    private readonly canvas: string,
  ) {}

  async at([x, y]: Place): Promise<[number, number]> {
    const box = (await this.page.getByTestId(this.canvas).boundingBox())!;
    return [box.x + box.width / 2 + x, box.y + box.height / 2 + y];
  }

  async move(place: Place): Promise<void> {
    await this.page.mouse.move(...(await this.at(place)), { steps: 4 });
  }

  async click(...places: Place[]): Promise<void> {
    for (const place of places) {
      await this.move(place);
      await this.page.mouse.down();
      await this.page.mouse.up();
    }
  }

  async drag(first: Place, ...others: Place[]): Promise<void> {
    await this.move(first);
    await this.page.mouse.down();
    for (const place of others) await this.move(place);
    await this.page.mouse.up();
  }
}
