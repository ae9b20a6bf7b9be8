import type { Paper } from "./entry";

/** Where each architecture was published. */
export const papers = {
  unet: {
    authors: "Ronneberger, Fischer & Brox",
    title: "U-Net: Convolutional Networks for Biomedical Image Segmentation",
    venue: "MICCAI 2015",
    url: "https://arxiv.org/abs/1505.04597",
  },
  resnet: {
    authors: "He, Zhang, Ren & Sun",
    title: "Deep Residual Learning for Image Recognition",
    venue: "CVPR 2016",
    url: "https://arxiv.org/abs/1512.03385",
  },
} as const satisfies Record<string, Paper>;
