"""SHA-256 of every practice file: the proof that the bytes are the same everywhere."""

from grader.data.practice.sizes import PracticeSize

_CHECKSUMS = {
    PracticeSize.FULL: {
        "MNIST/raw/train-images-idx3-ubyte": (
            "b708417cad9bf7bcc9c1bf36156ebb2af0f342e65331a043a5f4495174ae535c"
        ),
        "MNIST/raw/train-labels-idx1-ubyte": (
            "f57d14c7e4e6aa0121813c185a18d04b645ecab294e7dadfa72781e2cbdbe254"
        ),
        "MNIST/raw/t10k-images-idx3-ubyte": (
            "2ff2e8caa9bd75e798d42fd4a088e662b5f7baa8228f3affd53c620487ac44c8"
        ),
        "MNIST/raw/t10k-labels-idx1-ubyte": (
            "fd3d2d49b425f96c198174514d83ea7b10d6501296cf585826b7133d29b82ff2"
        ),
        "asl_data/sign_mnist_train.csv": (
            "10b79e00043e225a02785ccb6051c03bfec34c43163f97679f1d72cf2419c40f"
        ),
        "asl_data/sign_mnist_valid.csv": (
            "9edd883b312f2874caa7001a1bf9068626c04f3e43285eb1852439bd04031547"
        ),
    },
    PracticeSize.TINY: {
        "MNIST/raw/train-images-idx3-ubyte": (
            "b034a999aeed1201c3ca049e436d70c89e9b75fd9eca99908a63a2986d2e090b"
        ),
        "MNIST/raw/train-labels-idx1-ubyte": (
            "7ca3bb7c41fcff6fd19a9544605d2ec9aee3cb87c9c96c3227fb8050c605780e"
        ),
        "MNIST/raw/t10k-images-idx3-ubyte": (
            "5d6a1b57298b2f8d7564fa9a27b313fc50a28433db799a01aca8f54ae553c65a"
        ),
        "MNIST/raw/t10k-labels-idx1-ubyte": (
            "eb384028557deee1663c1188f39f8ce7623ef56b0db2bc76b7621daacdca086a"
        ),
        "asl_data/sign_mnist_train.csv": (
            "e6f9c582f5f6282310907b4c857173b978c0a0439ac7398bb2450e84318decd8"
        ),
        "asl_data/sign_mnist_valid.csv": (
            "57c6ae50844d55adce40689a17dd75ffa52c6e38e9409b453e5565f56150c902"
        ),
    },
}


def practice_checksums(size: PracticeSize = PracticeSize.FULL) -> dict[str, str]:
    """Path below the data folder → SHA-256 in hexadecimal."""
    return dict(_CHECKSUMS[size])
