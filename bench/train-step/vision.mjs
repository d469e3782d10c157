/** A vision transformer step and a convolutional step, as contenders. */
import { compile, grad, hostArray, RandomStream, softmaxCrossEntropy } from "../../dist/engine/index.js";
import { Conv2d, Linear, Module, VisionTransformer } from "../../dist/nn/index.js";
import { Adam } from "../../dist/train/index.js";
import { tokens, weights } from "./shapes.mjs";
import { serve } from "./worker.mjs";

const CLASSES = 10;
const random = RandomStream.of(1);

class Vit extends Module {
  static batch = 32;
  static image = 64;
  constructor() {
    super();
    this.body = new VisionTransformer({ random: random.child("body"), image: 64, patch: 8, width: 192, depth: 6, heads: 6 });
    this.head = new Linear(192, CLASSES, { random: random.child("head") });
  }
  forward(images) {
    return this.head.forward(this.body.forward(images, { train: true }).output.select(1, 0));
  }
}

class ConvNet extends Module {
  static batch = 32;
  static image = 32;
  constructor() {
    super();
    const conv = (inputs, outputs, stride, name) => new Conv2d(inputs, outputs, 3, { random: random.child(name), padding: 1, stride });
    this.stages = [conv(3, 32, 1, "a"), conv(32, 64, 2, "b"), conv(64, 64, 1, "c"), conv(64, 128, 2, "d"), conv(128, 128, 1, "e")];
    this.head = new Linear(128, CLASSES, { random: random.child("head") });
  }
  forward(images) {
    return this.head.forward(this.stages.reduce((x, stage) => stage.forward(x).relu(), images).mean([2, 3]));
  }
}

const Model = process.argv[2] === "conv" ? ConvNet : Vit;
const model = new Model();
const optimizer = new Adam(model, { learningRate: 1e-3 });
const step = compile(
  (images, labels) => {
    const loss = softmaxCrossEntropy(model.forward(images), labels).mean();
    optimizer.apply(grad(loss, optimizer.targets));
    return { loss };
  },
  { threads: 2 },
);
const { batch, image } = Model;
const inputs = [hostArray(weights(batch * 3 * image * image, 1, 3), [batch, 3, image, image]), hostArray(tokens(batch, 4).map((id) => id % CLASSES), [batch])];

await serve({
  async prepare() {
    const cost = step.explain(...inputs);
    return { parameters: cost.parameters, productFlops: cost.flops.products, nodes: cost.nodes };
  },
  async step() {
    return (await step(...inputs)).loss.item();
  },
});
