import assert from "node:assert/strict";
import { lightsHTML, lightsText, trafficLightColour } from "../../src/display/traffic-light";

describe("lights", () => {
  it("are green up to what is fine, amber up to what is bearable, and red above and for NaN", () => {
    assert.equal(trafficLightColour(0), "green");
    assert.equal(trafficLightColour(1e-6), "green");
    assert.equal(trafficLightColour(1e-3), "amber");
    assert.equal(trafficLightColour(0.1), "red");
    assert.equal(trafficLightColour(Number.NaN), "red");
  });

  it("are told apart by signs, not by colours alone", () => {
    const lights = (["green", "amber", "red"] as const).map((colour) => ({ colour, text: colour }));
    assert.equal(lightsText(lights), "✓ green   ! amber   ✗ red");
    const html = lightsHTML(lights);
    for (const sign of [">✓<", ">!<", ">✗<"]) assert.ok(html.includes(sign));
    assert.equal(new Set(html.match(/background-color: \S+/g)).size, 3);
  });

  it("escape their texts and meanings", () => {
    const html = lightsHTML([{ colour: "red", text: "a<b", meaning: 'say "x"' }]);
    assert.ok(html.includes("a&lt;b") && html.includes('title="say &quot;x&quot;"'));
  });
});
