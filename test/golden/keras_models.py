"""Small models made by Keras 2, converted by the converter of TensorFlow.js, with what Keras predicts.

    pip install tensorflow-cpu tf_keras && pip install --no-deps tensorflowjs
    python3 test/golden/keras_models.py

writes keras_models/<name>/model.json, its weights, and predictions.json with inputs and outputs.
"""

import json
import os
import sys
import types

os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import numpy as np
import tf_keras as keras
from tf_keras import layers

# The converter imports packages for other kinds of models, which these do without.
for name in ["tensorflow_decision_forests", "tensorflow_hub", "jax", "jax.experimental", "jax.experimental.jax2tf"]:
    sys.modules[name] = types.ModuleType(name)
sys.modules["jax.experimental"].jax2tf = sys.modules["jax.experimental.jax2tf"]

from tensorflowjs.converters import keras_h5_conversion

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "keras_models")
random = np.random.default_rng(1)


def mlp():
    return keras.Sequential([
        keras.Input((4,)),
        layers.Dense(6, activation="relu", name="hidden"),
        layers.BatchNormalization(name="norm"),
        layers.Dropout(0.2),
        layers.Dense(3, activation="softmax", name="output"),
    ])


def cnn():
    return keras.Sequential([
        keras.Input((8, 8, 2)),
        layers.Conv2D(4, 3, use_bias=False, name="first"),
        layers.BatchNormalization(name="first_norm"),
        layers.Activation("relu"),
        layers.MaxPooling2D(),
        layers.Conv2D(5, 1, name="second"),
        layers.BatchNormalization(name="second_norm"),
        layers.ReLU(),
        layers.Flatten(),
        layers.Dense(3, name="output"),
    ])


def inverted_residual(x, expanded, filters, stride, name):
    """A block of MobileNetV2, layer by layer as keras.applications has it."""
    y = layers.Conv2D(expanded, 1, padding="same", use_bias=False, name=f"{name}_expand")(x)
    y = layers.BatchNormalization(epsilon=1e-3, momentum=0.999, name=f"{name}_expand_BN")(y)
    y = layers.ReLU(6.0, name=f"{name}_expand_relu")(y)
    if stride == 2:
        y = layers.ZeroPadding2D(((0, 1), (0, 1)), name=f"{name}_pad")(y)
    padding = "same" if stride == 1 else "valid"
    y = layers.DepthwiseConv2D(3, strides=stride, padding=padding, use_bias=False, name=f"{name}_depthwise")(y)
    y = layers.BatchNormalization(epsilon=1e-3, momentum=0.999, name=f"{name}_depthwise_BN")(y)
    y = layers.ReLU(6.0, name=f"{name}_depthwise_relu")(y)
    y = layers.Conv2D(filters, 1, padding="same", use_bias=False, name=f"{name}_project")(y)
    y = layers.BatchNormalization(epsilon=1e-3, momentum=0.999, name=f"{name}_project_BN")(y)
    return layers.Add(name=f"{name}_add")([x, y]) if stride == 1 else y


def mobilenet():
    """The head of a transfer behind a model as a layer, the usual way of tutorials."""
    inputs = keras.Input((16, 16, 3))
    x = layers.Conv2D(4, 3, strides=2, padding="same", use_bias=False, name="Conv1")(inputs)
    x = layers.BatchNormalization(name="bn_Conv1")(x)
    x = layers.ReLU(6.0, name="Conv1_relu")(x)
    x = inverted_residual(x, 8, 6, 2, "block_1")
    x = inverted_residual(x, 10, 6, 1, "block_2")
    base = keras.Model(inputs, x, name="mobilenet")
    return keras.Sequential([base, layers.GlobalAveragePooling2D(), layers.Dense(3, name="output")])


def lstm():
    return keras.Sequential([
        keras.Input((7, 3)),
        layers.LSTM(4, return_sequences=True, name="first"),
        layers.LSTM(5, name="second"),
        layers.Dense(2, name="output"),
    ])


for make in [mlp, cnn, mobilenet, lstm]:
    model = make()
    # Weights as of a trained model: moments that are not those of the start, shifts that are not zero.
    for weight in model.weights:
        drawn = random.normal(size=weight.shape) / 2
        weight.assign(0.5 + np.abs(drawn) if "variance" in weight.name else drawn)
    folder = os.path.join(HERE, make.__name__)
    os.makedirs(folder, exist_ok=True)
    keras_h5_conversion.save_keras_model(model, folder)
    x = np.round(random.normal(size=(3, *model.input_shape[1:])), 2)
    y = model.predict(x, verbose=0)
    with open(os.path.join(folder, "predictions.json"), "w") as file:
        json.dump({"inputs": x.tolist(), "outputs": y.tolist()}, file)
