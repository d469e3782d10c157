/** Papers of the family "audio". */
import type { Family } from "../family.ts";
import { conette, enclap, rnnAudioCaptioning, enclapPlusPlus, jmla } from "./audio/captioning.ts";
import { pmcanet, xCodec, learnablePins } from "./audio/codec-and-vision.ts";
import { ctcOptimalTransport, speech2c, speecht5, jointSpeechText } from "./audio/speech-and-text.ts";
import { msHubert, cccWav2vec2, cpcTransfer, tera } from "./audio/speech-features.ts";

export const audio: Family = {
  name: "audio",
  title: "Audio and speech",
  papers: [
    conette,
    jmla,
    ctcOptimalTransport,
    speech2c,
    msHubert,
    cccWav2vec2,
    speecht5,
    jointSpeechText,
    enclap,
    cpcTransfer,
    pmcanet,
    xCodec,
    rnnAudioCaptioning,
    tera,
    learnablePins,
    enclapPlusPlus,
  ],
};
