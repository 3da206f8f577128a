import pandas
import torch
from torch.nn import CrossEntropyLoss, Linear, ReLU, Sequential
from torch.optim import Adam
from torch.utils.data import DataLoader

gpu_or_not = "cuda" if torch.cuda.is_available() else "cpu"


def hands_and_letters(which):
    sheet = pandas.read_csv(f"data/asl_data/sign_mnist_{which}.csv")
    hands = torch.FloatTensor(sheet.iloc[:, 1:].values) / 255
    letters = torch.LongTensor(sheet.iloc[:, 0].values)
    # a list of pairs is also a dataset
    return list(zip(hands, letters))


known = hands_and_letters("train")
fresh = hands_and_letters("valid")
lessons = DataLoader(known, batch_size=32, shuffle=True)
review = DataLoader(known, batch_size=32)
exam = DataLoader(fresh, batch_size=32)

brain = Sequential(Linear(784, 512), ReLU(), Linear(512, 512), ReLU(), Linear(512, 25)).to(gpu_or_not)
penalty = CrossEntropyLoss()
stepper = Adam(brain.parameters())


def study():
    brain.train()
    pain = 0.0
    for hand, letter in lessons:
        hand, letter = hand.to(gpu_or_not), letter.to(gpu_or_not)
        stepper.zero_grad()
        p = penalty(brain(hand), letter)
        p.backward()
        stepper.step()
        pain += p.item()
    return pain


def grade(paper):
    brain.eval()
    good = 0
    with torch.inference_mode():
        for hand, letter in paper:
            answer = brain(hand.to(gpu_or_not)).argmax(dim=1)
            good += int((answer == letter.to(gpu_or_not)).sum())
    return good / len(paper.dataset)


for day in range(20):
    print("day", day + 1, "pain:", round(study(), 3), "exam:", round(grade(exam), 4))

print(f"final train accuracy: {grade(review):.6f}")
print(f"final valid accuracy: {grade(exam):.6f}")
