/**
 * Each object's first prompt: what it is followed by. A frame that is pointed at is not followed to, so that boxes in every frame would be `box-per-frame`
 * at several times its cost (facebookresearch/sam2, `propagate_in_video`: frames with prompts are given out as they are).
 */
export function firstPrompts<Prompt extends { object: string; frame: number }>(prompts: readonly Prompt[]): Prompt[] {
  const objects = Map.groupBy(prompts, ({ object }) => object)
  return [...objects.values()].map((own) => own.reduce((first, each) => (each.frame < first.frame ? each : first)))
}
