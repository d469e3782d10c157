/** The masked-LM step as a user of Reprise writes it: modules, a loss, an optimizer, one compiled step. */
import { compile, gather, grad, hostArray, matmul, Parameter, RandomStream, softmaxCrossEntropy } from "../../dist/engine/index.js";
import { LayerNorm, Module, TransformerEncoder } from "../../dist/nn/index.js";
import { Adam } from "../../dist/train/index.js";
import { SHAPES, tokens, weights } from "./shapes.mjs";

export class MaskedLm extends Module {
  constructor({ layers, width, heads, hidden, vocabulary, length }) {
    super();
    const random = RandomStream.of(1);
    this.table = new Parameter([vocabulary, width], (shape) => weights(shape[0] * shape[1], 0.02, 1));
    this.positions = new Parameter([length, width], (shape) => weights(shape[0] * shape[1], 0.02, 2));
    this.embeddingNorm = new LayerNorm(width);
    this.encoder = new TransformerEncoder({ random, depth: layers, width, heads, feedForward: { hidden } });
  }

  /** Token ids [B, L] and labels [B * L] -> mean cross-entropy. */
  loss(ids, labels) {
    const embedded = this.embeddingNorm.forward(gather(this.table, ids).add(this.positions));
    const { output } = this.encoder.forward(embedded, { train: true });
    const logits = matmul(output.reshape([labels.size, output.dim(-1)]), this.table, { transB: true });
    return softmaxCrossEntropy(logits, labels).mean();
  }
}

export function maskedLmStep(options = {}, shapes = SHAPES) {
  const model = new MaskedLm(shapes);
  const optimizer = new Adam(model, { learningRate: shapes.learningRate });
  const step = compile((ids, labels) => {
    const loss = model.loss(ids, labels);
    optimizer.apply(grad(loss, optimizer.targets));
    return { loss };
  }, options);
  const { batch, length } = shapes;
  const inputs = [hostArray(tokens(batch * length, 7), [batch, length]), hostArray(tokens(batch * length, 8), [batch * length])];
  return { step, inputs };
}
