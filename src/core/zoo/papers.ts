import type { Paper } from "./entry";

/** Where each architecture was published. */
export const papers = {
  lenet: {
    authors: "LeCun, Bottou, Bengio & Haffner",
    title: "Gradient-Based Learning Applied to Document Recognition",
    venue: "Proceedings of the IEEE 86(11), 1998",
    url: "https://doi.org/10.1109/5.726791",
  },
  alexnet: {
    authors: "Krizhevsky, Sutskever & Hinton",
    title: "ImageNet Classification with Deep Convolutional Neural Networks",
    venue: "NIPS 2012",
    url: "https://papers.nips.cc/paper/4824-imagenet-classification-with-deep-convolutional-neural-networks",
  },
  alexnetSingleTower: {
    authors: "Krizhevsky",
    title: "One weird trick for parallelizing convolutional neural networks",
    venue: "arXiv 2014",
    url: "https://arxiv.org/abs/1404.5997",
  },
  vgg: {
    authors: "Simonyan & Zisserman",
    title: "Very Deep Convolutional Networks for Large-Scale Image Recognition",
    venue: "ICLR 2015",
    url: "https://arxiv.org/abs/1409.1556",
  },
  googlenet: {
    authors: "Szegedy, Liu, Jia, Sermanet, Reed, Anguelov, Erhan, Vanhoucke & Rabinovich",
    title: "Going Deeper with Convolutions",
    venue: "CVPR 2015",
    url: "https://arxiv.org/abs/1409.4842",
  },
  fcn: {
    authors: "Long, Shelhamer & Darrell",
    title: "Fully Convolutional Networks for Semantic Segmentation",
    venue: "CVPR 2015",
    url: "https://arxiv.org/abs/1411.4038",
  },
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
  densenet: {
    authors: "Huang, Liu, van der Maaten & Weinberger",
    title: "Densely Connected Convolutional Networks",
    venue: "CVPR 2017",
    url: "https://arxiv.org/abs/1608.06993",
  },
} as const satisfies Record<string, Paper>;
